"""Forecast -> reasons: what moved it, how it came about over time, who said what, what it rests on."""
