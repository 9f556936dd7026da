"""What is fitted: `fit(frame, ...)` gives a FitResult, `score(frame, model, ...)` a DataFrame.

No IO and no tracking: see `holdfast.models.fitting`, where the promise is written as a type.
"""
