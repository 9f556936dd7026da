"""The only code with side effects: session, store, ledger, tracking, command line."""
