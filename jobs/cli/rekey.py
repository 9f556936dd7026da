"""`holdfast rekey`: a root under another key."""

from holdfast.jobs.cli.options import Debug, Env, Root, Set, handle_errors, out
from holdfast.jobs.runtime.config.errors import UsageError


@handle_errors
def rekey(env: Env = "local", root: Root = "", set_: Set = None, debug: Debug = False) -> None:
    """Seal the vault with HOLDFAST_NEW_KEY in place of HOLDFAST_KEY, in a run of its own."""
    from holdfast.jobs.cli.bootstrap import open_runner
    from holdfast.jobs.runtime.config.secrets import fingerprint_key, new_key, root_key
    from holdfast.jobs.runtime.runs.inputs import check_key, find_keyed
    from holdfast.jobs.runtime.storage.vacuum import delete_old_files
    from holdfast.transformations.tables.silver import PII_VAULT

    old, new = fingerprint_key(root_key()), fingerprint_key(new_key())
    if old == new:
        raise UsageError("Both keys are the same.", cure="Set HOLDFAST_NEW_KEY to another one.")
    with open_runner(env, root, set_ or [], as_of="latest") as runner:
        last, published = find_keyed(runner.ledger), max(runner.ledger.manifests, default=0)
        if last is None:
            raise UsageError(
                f"Nothing has been loaded under {runner.store.root}, so no key binds it.",
                cure="Start the first run with the key you want.",
            )
        if last.hash_key != new:
            check_key(runner.ledger, old)
            runner.run_alone("rekey", f"rekey-{published}-{old}-{new}")
        if runner.store.exists(PII_VAULT):
            delete_old_files(runner.store.catalog, PII_VAULT)
    out.print(f"The root's key has the fingerprint {new}. Set HOLDFAST_KEY to it from now on.")
