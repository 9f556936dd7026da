"""Any table of records: fields of known kinds, compared, blocked by what pays, matched."""
