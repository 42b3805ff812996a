"""`foedus news`: event data and other people's ratings, and what is made of them."""

from __future__ import annotations

import typer

from foedus.cli import news_duplicates

app = typer.Typer(
    no_args_is_help=True,
    help="Bring in event data and ratings from elsewhere, and look after coded news.",
    epilog="Example: foedus news duplicates scenarios/rok-us-2025",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(epilog="Example: foedus news duplicates scenarios/rok-us-2025 --accept 1,3 --reject 2")(
    news_duplicates.duplicates
)
