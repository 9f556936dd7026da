"""Minutes-long claims: whole runs as processes of their own."""
