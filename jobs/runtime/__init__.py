"""The engine: it runs any jobs over any tables, and knows no retailer.

`config` (settings, errors), `spark` (the session), `storage` (Delta), `registry` (MLflow) and
`runs` (graph, ledger, runner) build on each other in this order.
"""
