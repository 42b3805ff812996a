"""Judgments of experts become priors: fitted, pooled, and tied together by dependence."""
