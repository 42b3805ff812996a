"""`python -m foedus`, for where the command itself is not on the path."""

from foedus.cli import main

main()
