"""Pooling rules: from what several experts give each cell of a question to one distribution, many weights at once."""
