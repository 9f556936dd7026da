"""Scores of one run by the champion visible to it, or by what there is where nothing could be
trained.
"""

from dataclasses import dataclass
from functools import cached_property

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.parameters import band_cuts, rule_thresholds
from holdfast.jobs.stages.training import Champion, churn_champion, value_champion
from holdfast.models.churn.model import ChurnModel
from holdfast.models.churn.scoring import reasons, scored
from holdfast.models.value.model import PAST_RATE, ValueModel
from holdfast.models.value.scoring import score
from holdfast.transformations.features.purchase_cells import purchase_history
from holdfast.transformations.features.registry import BY_NAME, GROUP_OF
from holdfast.transformations.identity.join import with_customer
from holdfast.transformations.scoring.churn import churn_scores, with_keys
from holdfast.transformations.scoring.value import value_inputs
from holdfast.transformations.tables.gold import CHURN_REASONS
from holdfast.transformations.tables.silver import IDENTITY_MAP, ORDERS


@dataclass(frozen=True, eq=False)
class Scorer:
    """Churn scores of `customers`: permitted snapshots of the run's day."""

    ctx: Context
    customers: DataFrame

    @cached_property
    def _held(self) -> tuple[ChurnModel, Champion] | None:
        return churn_champion(self.ctx)

    @property
    def model(self) -> ChurnModel | None:
        """The churn model of record, where it answers this run's question."""
        return self._held[0] if self._held else None

    @cached_property
    def _answers(self) -> DataFrame:
        assert self.model is not None
        return self.ctx.checkpoint(scored(self.customers, self.model, GROUP_OF))

    def scores(self) -> DataFrame:
        """gold.churn_scores."""
        if self._held is not None:
            probabilities = self._answers.select("customer_id", "probability")
            return self._finished(probabilities, "model", ("churn", self._held[1].version))
        value = value_champion(self.ctx)
        if value is None or value[0].basis == PAST_RATE:
            self.ctx.echo("no churn model yet: bands by the written rules alone")
            nothing = self.customers.select(
                "customer_id", F.lit(None).cast("double").alias("probability")
            )
            return self._finished(nothing, "rules", ("rules", None))
        self.ctx.echo("no churn model yet: probabilities are 1 - P(alive) of BG/NBD")
        return self._finished(self._dead(value[0]), "p_alive", ("value", value[1].version))

    def reasons(self) -> DataFrame:
        """gold.churn_reasons; without a model there are none."""
        if self.model is None:
            return self.ctx.frame_of(CHURN_REASONS, [])
        baselines = {name: feature.baseline for name, feature in BY_NAME.items()}
        found = reasons(self._answers, self.customers, self.model, GROUP_OF, baselines)
        return with_keys(found, self.ctx.as_of, self._horizon, self.ctx.run_number)

    @property
    def _horizon(self) -> int:
        return self.ctx.settings.outcome.horizon_days

    def _finished(
        self, probabilities: DataFrame, basis: str, model: tuple[str, int | None]
    ) -> DataFrame:
        settings = self.ctx.settings
        return churn_scores(
            self.customers,
            probabilities,
            rule_thresholds(settings),
            band_cuts(settings),
            self._horizon,
            basis,
            model,
            self.ctx.run_number,
        )

    def _dead(self, model: ValueModel) -> DataFrame:
        orders = with_customer(self.ctx.read(ORDERS), self.ctx.read(IDENTITY_MAP))
        inputs = value_inputs(
            purchase_history(orders, [self.ctx.as_of]), self.customers, model.features
        )
        alive = score(inputs, model, [self._horizon])
        return alive.select(
            "customer_id", (1 - F.col("alive_probability").cast("double")).alias("probability")
        )
