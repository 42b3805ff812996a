"""`foedus news`: event data and other people's ratings, and what is made of them."""

from __future__ import annotations

import typer

from foedus.cli import news_duplicates, news_import, news_readouts

app = typer.Typer(
    no_args_is_help=True,
    help="Bring in event data and ratings from elsewhere, and look after coded news.",
    epilog="Example: foedus news readouts scenarios/rok-us-2025 --as-of 2025-08-01T09:52:00+09:00",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(name="import", epilog="Example: foedus news import 2018*.export.CSV.zip --dyad KOR,USA --out counted")(
    news_import.import_
)
app.command(epilog="Example: foedus news duplicates scenarios/rok-us-2025 --accept 1,3 --reject 2")(
    news_duplicates.duplicates
)
app.command(epilog="Example: foedus news readouts scenarios/rok-us-2025 --lang en,ko --out compared")(
    news_readouts.readouts
)
