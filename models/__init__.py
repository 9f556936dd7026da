"""What is fitted: fit(frame, params) -> Model, score(frame, model) -> DataFrame. No IO, no
tracking.
"""
