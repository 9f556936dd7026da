"""The product's settings speak of the same things as its contracts."""

from typing import get_args

from holdfast.jobs.runtime.config import activation, product
from holdfast.transformations.tables.gold import CUSTOMER_360
from holdfast.transformations.tables.vocabulary import PUBLISHED_HORIZONS, Purpose


def test_every_purpose_of_the_contracts_has_its_basis_and_no_other_has() -> None:
    assert get_args(activation.Purpose) == tuple(Purpose)
    assert tuple(product.ConsentBases.model_fields) == tuple(Purpose)


def test_each_horizon_that_settings_must_keep_is_a_column_of_the_customer() -> None:
    expected = [name for name in CUSTOMER_360.names if name.startswith("expected_")]
    assert expected == [f"expected_{days}d_amount" for days in PUBLISHED_HORIZONS]
