"""The models of record as MLflow serves them: this file travels with each version, beside the
model's own files.

Models from code: nothing is pickled, and Holdfast's own scoring kernel answers.
"""

from pathlib import Path
from typing import Any

import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel

try:
    from holdfast.models.churn.dataset import values
    from holdfast.models.churn.model import ChurnModel
    from holdfast.models.value.model import HISTORY, LEAVING, ValueModel
    from holdfast.transformations.sources.currencies import units_of
except ImportError as missing:
    raise ImportError(
        f"this model was packed by another version of Holdfast ({missing}): train it again with "
        "this version (`holdfast run train_churn train_value --force`), or install the one that "
        "requirements.txt beside the model names"
    ) from missing


class Served(PythonModel):
    """One version of the churn or the value model.

    Wants a frame with the model's input columns as doubles: for churn `features.customer_snapshots`
    has them, for value `features.value_inputs`, churn_probability too, where it is known. Gives one
    row per row: churn_probability (at the level of the first day on which all outcomes were known
    that were learnt from), or expected, low and high amount, value_if_stays_amount, expected orders
    and alive_probability over the horizon the model was trained for.
    """

    def load_context(self, context: Any) -> None:
        """Read the model's files."""
        folder = Path(context.artifacts["files"])
        files = {
            str(path.relative_to(folder)): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }
        self.model = (ChurnModel if "churn.json" in files else ValueModel).from_artifacts(files)

    def predict(self, context: Any, model_input: pd.DataFrame, params: Any = None) -> pd.DataFrame:
        """Score the rows. MLflow has refused those that lack a column; raises ValueError where a
        past is unknown.
        """
        if isinstance(self.model, ChurnModel):
            probability = self.model.probability(values(model_input, self.model.features))
            return pd.DataFrame({"churn_probability": probability}, index=model_input.index)
        if model_input[list(HISTORY[:3])].isna().any(axis=None):
            raise ValueError(
                f"{', '.join(HISTORY[:3])} must be known of every row: take them from "
                "features.value_inputs"
            )
        units = units_of(self.model.currency)
        known = LEAVING in model_input
        found = self.model.forecast(
            values(model_input, self.model.inputs),
            self.model.horizon_days,
            values(model_input, [LEAVING])[:, 0] if known else None,
        )
        return pd.DataFrame(
            {
                "expected_amount": found.spend / units,
                "low_amount": found.low / units,
                "high_amount": found.high / units,
                "value_if_stays_amount": found.if_stays / units,
                "expected_orders": found.orders,
                "alive_probability": found.alive,
            },
            index=model_input.index,
        )


set_model(Served())
