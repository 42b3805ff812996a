"""Cooke's classical model: experts scored on seed questions, and weights from their scores."""
