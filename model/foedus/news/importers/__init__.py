"""Importers: event data and ratings as others keep them, each a small file, to counts, signals and codes."""
