"""`foedus elicit`: what is asked of experts, what they answered, and what becomes of it."""

from __future__ import annotations

import typer

from foedus.cli import elicit_pool

app = typer.Typer(
    no_args_is_help=True,
    help="Ask experts, show them what they said, and see what their judgments come to.",
    epilog="Example: foedus elicit compare scenarios/rok-us-2025",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(epilog="Example: foedus elicit performance judgments.csv seeds.csv --json -")(elicit_pool.performance)
app.command(epilog="Example: foedus elicit compare scenarios/rok-us-2025")(elicit_pool.compare)
app.command(name="import", epilog="Example: foedus elicit import study.dtt --as-of 2025-06-04 --out imported")(
    elicit_pool.import_
)
app.command(epilog="Example: foedus elicit export scenarios/rok-us-2025 --out pooled")(elicit_pool.export)
