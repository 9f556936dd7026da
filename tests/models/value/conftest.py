import pytest
from pyspark.sql import SparkSession

from holdfast.models.fitting import FitResult
from holdfast.models.value.model import ValueModel
from tests.models.value.loyal import fit_on


@pytest.fixture(scope="session")
def best(spark: SparkSession) -> FitResult[ValueModel]:
    """Fitted on three known days, with the fourth to score."""
    return fit_on(spark, 4)
