"""Holdfast as an Airflow DAG: one task per job, drawn from `holdfast plan --json`.

Copy to the DAG folder. `holdfast` must be on the path of the workers, and HOLDFAST_ROOT and
HOLDFAST_KEY in their environment. All tasks share the run whose key is Airflow's run id: a retried
task resumes it, `publish` makes it visible.
"""

import json
import subprocess
from datetime import datetime, timedelta

from airflow import DAG
from airflow.providers.standard.operators.bash import BashOperator

PLAN: dict[str, list[str]] = json.loads(
    subprocess.check_output(["holdfast", "plan", "--json"], text=True)
)

with DAG(
    "holdfast",
    description="Raw exports to scored gold tables.",
    schedule="0 4 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,  # one run is open on a root at a time
    default_args={"retries": 1, "retry_delay": timedelta(minutes=5)},
) as dag:
    tasks = {
        job: BashOperator(
            task_id=job,
            bash_command=f"holdfast run {job} --env cluster --as-of {{{{ ds }}}} "
            "--run-key '{{ run_id }}'",
        )
        for job in PLAN
    }
    for job, waits in PLAN.items():
        tasks[job].set_upstream([tasks[before] for before in waits])
