"""Ops: what the runs did, what they refused, how good the models are."""

from typing import Final

from holdfast.transformations.tables.columns import (
    BOOL,
    DATE,
    DOUBLE,
    INSTANT,
    INT,
    LONG,
    RUN,
    SOURCE,
    STRING,
    token,
)
from holdfast.transformations.tables.drift import DRIFT
from holdfast.transformations.tables.sent_profiles import SENT_PROFILES
from holdfast.transformations.tables.table import Append, Column, Table

RUNS: Final = Table(
    "ops.runs",
    "One row per event of a run.",
    "That it was opened, joined, is alive or abandoned; that it was published stands in "
    "gold.published_runs.",
    (
        RUN,
        Column("run_key", STRING, "Key that the processes of the run share.", nullable=False),
        Column(
            "event",
            STRING,
            "opened, joined, as_of, inputs, heartbeat or abandoned.",
            nullable=False,
        ),
        Column("seq", LONG, "Order of the run's events.", nullable=False),
        Column("at", INSTANT, "When.", nullable=False),
        Column("as_of", DATE, "The run's day, once known."),
        Column("detail", STRING, "JSON: settings, process, inputs."),
    ),
    keys=("run_number", "seq"),
    write=Append(),
    shared=True,
    survives_abandon=True,
)

JOB_RUNS: Final = Table(
    "ops.job_runs",
    "One row per start and per end of a job of a run.",
    "Which process began it and from what; what it read and wrote, how long it took.",
    (
        RUN,
        Column("job", STRING, "The job.", nullable=False),
        Column("status", STRING, "started, done or unchanged.", nullable=False),
        Column("process", STRING, "JSON: host and process id that began it; of a start."),
        Column("started_at", INSTANT, "Start.", nullable=False),
        Column("ended_at", INSTANT, "End; null of a start."),
        Column("seconds", DOUBLE, "Wall time.", unit="seconds"),
        Column("commits", INT, "Delta commits made.", unit="commits"),
        Column(
            "fingerprint",
            STRING,
            "Hash of input versions, settings and package version.",
        ),
        Column("read_versions", STRING, "JSON: table to version."),
        Column(
            "written_versions",
            STRING,
            "JSON: table to version; of a start, those it may build on.",
            nullable=False,
        ),
    ),
    keys=("run_number", "job", "status", "started_at"),
    write=Append(),
    shared=True,
    survives_abandon=True,
)

BATCHES: Final = Table(
    "ops.batches",
    "One row per input file or table version of a run.",
    "The per-file equation: in = loaded + quarantined + duplicate + suppressed, by independent "
    "counts.",
    (
        RUN,
        SOURCE,
        Column("raw_table", STRING, "Raw table the file belongs to.", nullable=False),
        Column(
            "input", STRING, "File name under the source's folder, or table name.", nullable=False
        ),
        Column("digest", STRING, "sha256 of the content, or the table's version.", nullable=False),
        Column("status", STRING, "loaded, already_loaded, empty or refused.", nullable=False),
        Column("rows_in", LONG, "Rows counted in the file.", nullable=False, unit="rows"),
        Column(
            "rows_loaded",
            LONG,
            "Rows in bronze that say something new.",
            nullable=False,
            unit="rows",
        ),
        Column("rows_quarantined", LONG, "Rows in quarantine.", nullable=False, unit="rows"),
        Column(
            "rows_duplicate",
            LONG,
            "Rows that say what a loaded row said, of this or of an earlier file.",
            nullable=False,
            unit="rows",
        ),
        Column("rows_suppressed", LONG, "Rows of erased people.", nullable=False, unit="rows"),
        Column("undeclared", STRING, "Columns in the file that no contract names."),
        Column("at", INSTANT, "When it was loaded.", nullable=False),
    ),
    keys=("run_number", "source", "raw_table", "input", "digest"),
    write=Append(),
)

QUARANTINE: Final = Table(
    "ops.quarantine",
    "One row per rejected row and stage.",
    "Kept with its reasons; the raw text is in the vault.",
    (
        RUN,
        SOURCE,
        Column("stage", STRING, "ingest or standardise.", nullable=False),
        Column("raw_table", STRING, "Raw table.", nullable=False),
        Column("target", STRING, "Silver table refused by."),
        Column("input", STRING, "File or table.", nullable=False),
        Column("line", LONG, "Line in the file.", unit="line"),
        Column("row_hash", STRING, "Keyed hash of the row.", nullable=False),
        Column("reasons", STRING, "Rule ids, comma-separated.", nullable=False),
        Column("party_id", STRING, "Party the raw text belongs to."),
        token("raw_token", "raw", "Token of the raw text."),
        Column("at", INSTANT, "When.", nullable=False),
    ),
    keys=("run_number", "stage", "raw_table", "input", "line", "row_hash", "target"),
    write=Append(),
    subject="party_id",
    retention="30 days",
    shared=True,
    survives_abandon=True,
)

DQ_RESULTS: Final = Table(
    "ops.dq_results",
    "One row per check of a run.",
    "Equations, freshness and volume, with both sides counted.",
    (
        RUN,
        Column("check_name", STRING, "The check.", nullable=False),
        Column("subject", STRING, "Table, file or source checked.", nullable=False),
        Column("expected", DOUBLE, "One side.", unit="rows"),
        Column("actual", DOUBLE, "The other.", unit="rows"),
        Column("is_passed", BOOL, "Both agree.", nullable=False),
        Column("detail", STRING, "The terms of the equation."),
        Column("at", INSTANT, "When.", nullable=False),
    ),
    keys=("run_number", "check_name", "subject"),
    write=Append(),
    shared=True,
    survives_abandon=True,
)

MODEL_METRICS: Final = Table(
    "ops.model_metrics",
    "One row per metric of a model or baseline on a cut-off.",
    "Long form, with baselines beside.",
    (
        RUN,
        Column("model_name", STRING, "Registered name.", nullable=False),
        Column("model_version", INT, "Version.", nullable=False, unit="version"),
        Column(
            "predictor",
            STRING,
            "model, or a candidate: constant, rules, recency, logistic, trees, past_rate ...; "
            "published: the scores that runs had published.",
            nullable=False,
        ),
        Column("cutoff_on", DATE, "Cut-off measured on.", nullable=False),
        Column("slice", STRING, "all, or dimension=value.", nullable=False),
        Column(
            "metric",
            STRING,
            "auc, average_precision, log_loss, brier, calibration_error; of contacted=0.1 and on "
            "gain and lift; of feature=<name> importance; of leavers lead_days, warned_share ...",
            nullable=False,
        ),
        Column("value", DOUBLE, "The figure.", nullable=False, unit="metric"),
        Column("rows", LONG, "Rows measured.", nullable=False, unit="rows"),
        Column("at", INSTANT, "When.", nullable=False),
    ),
    keys=("run_number", "model_name", "model_version", "predictor", "cutoff_on", "slice", "metric"),
    write=Append(),
    shared=True,
    survives_abandon=True,
)

MODEL_EVENTS: Final = Table(
    "ops.model_events",
    "One row per decision about a model version.",
    "Trained, promoted, kept back, rolled back.",
    (
        RUN,
        Column("model_name", STRING, "Registered name.", nullable=False),
        Column("model_version", INT, "Version.", nullable=False, unit="version"),
        Column("event", STRING, "trained, promoted or rolled_back.", nullable=False),
        Column("is_champion", BOOL, "Scores are made with it from here on.", nullable=False),
        Column(
            "artifact_uri",
            STRING,
            "Where its artifacts lie: from the root, where they lie under it.",
            nullable=False,
        ),
        Column("artifact_sha256", STRING, "Digest of the artifacts.", nullable=False),
        Column(
            "trained_through_on", DATE, "Newest cut-off whose labels were used to fit what scores."
        ),
        Column("evaluated_on", DATE, "Held-out cut-off the model was measured on."),
        Column("why", STRING, "Why it was promoted or not.", nullable=False),
        Column("at", INSTANT, "When.", nullable=False),
    ),
    keys=("run_number", "model_name", "model_version", "event"),
    write=Append(),
    shared=True,
    survives_abandon=True,
)

TABLES: Final = (
    RUNS,
    JOB_RUNS,
    BATCHES,
    QUARANTINE,
    DQ_RESULTS,
    MODEL_METRICS,
    MODEL_EVENTS,
    SENT_PROFILES,
    DRIFT,
)
