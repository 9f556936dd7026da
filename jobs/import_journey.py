"""Bring a real grocery panel in as raw exports: a year of 2,469 households, 1,469,307 lines."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages.grocery_panel import (
    journey,
    list_attributes,
    write_by_month,
    write_csv,
    write_parquet,
)


@job(in_graph=False)
def import_journey(ctx: Context) -> None:
    """Write what a grocer would export, a mailing with its campaign's days; demographics lie apart,
    for audits.
    """
    raw, audit = ctx.root / "raw" / "journey", ctx.root / "audit" / "journey"
    transactions, products, campaigns, descriptions, redemptions, demographics = journey(
        "transactions",
        "products",
        "campaigns",
        "campaign_descriptions",
        "coupon_redemptions",
        "demographics",
    )
    mailings = campaigns.join(descriptions, "campaign_id", join_type="inner")

    write_by_month(transactions, "transaction_timestamp", raw / "transactions")
    write_parquet(products, raw / "products.parquet")
    write_parquet(mailings, raw / "mailings.parquet")
    write_parquet(redemptions, raw / "coupon_redemptions.parquet")
    write_csv(list_attributes(demographics, "household_id"), audit / "attributes.csv")
    ctx.echo(
        f"{transactions.num_rows:,} lines of {len(transactions['household_id'].unique()):,} "
        f"households in {raw}"
    )
