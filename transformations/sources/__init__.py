"""Sources: what a mapping declares, and how its YAML becomes that value."""
