"""What benches measure with."""
