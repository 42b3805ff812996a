"""Measured speed: simulated cases, and the core beside its PyMC reference, in one run."""
