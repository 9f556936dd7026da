"""Where models packed by the first versions of Holdfast look for what scores them. They have a
format that is no longer read, and are refused here with the cure.
"""

from holdfast.models.artifacts import TRAIN_AGAIN

raise ImportError(f"this model was packed by an earlier version of Holdfast: {TRAIN_AGAIN}")
