"""Codebook and signals -> evidence: what was known at a time, merged so that nothing counts twice."""
