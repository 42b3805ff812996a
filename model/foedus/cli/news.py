"""`foedus news`: event data and other people's ratings, and what is made of them."""

from __future__ import annotations

import typer

from foedus.cli import news_import

app = typer.Typer(
    no_args_is_help=True,
    help="Bring in event data and ratings from elsewhere, and look after coded news.",
    epilog="Example: foedus news import 2018*.export.CSV.zip --dyad KOR,USA --out counted",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(name="import", epilog="Example: foedus news import 2018*.export.CSV.zip --dyad KOR,USA --out counted")(
    news_import.import_
)
