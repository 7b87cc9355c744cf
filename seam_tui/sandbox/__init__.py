"""A simulated Seam workspace that speaks the wire protocol: what demo, tests and benchmarks talk to."""
