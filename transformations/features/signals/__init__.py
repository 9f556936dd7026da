"""Features, one module per kind of signal; `registry` joins them."""
