"""Facts of many customers, and what DuckDB makes of them: for `bench/features.py`."""
