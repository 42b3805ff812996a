"""Importers: judgments as other programs keep them, each a small file, to rows of judgments.csv and seeds.csv."""
