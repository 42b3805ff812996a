"""The only room that imports PyMC: the reference model, pooling and learning; they come with a later release."""
