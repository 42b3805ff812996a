"""Importers: event data and ratings as others keep them, each a small file, to rows of counts.csv, signals.csv and codes."""
