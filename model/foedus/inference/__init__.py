"""Problem -> Posterior: exact tables over cells, coupled by a Gaussian, over draws of every uncertain parameter."""
