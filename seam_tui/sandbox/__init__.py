"""A simulated Seam workspace that speaks the wire protocol: the other side of the wire for demo, tests and benchmarks."""
