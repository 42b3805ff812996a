"""`foedus elicit`: what is asked of experts, what they answered, and what becomes of it."""

from __future__ import annotations

import typer

from foedus.cli import elicit_feedback, elicit_pool

app = typer.Typer(
    no_args_is_help=True,
    help="Ask experts, show them what they said, and see what their judgments come to.",
    epilog="Example: foedus elicit sheet scenarios/rok-us-2025 --expert expert_a --lang ko",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(epilog="Example: foedus elicit sheet scenarios/rok-us-2025 --expert expert_a --lang ko")(
    elicit_feedback.sheet
)
app.command(epilog="Example: foedus elicit load elicit-rok-us-2025-expert_a.ko.xlsx scenarios/rok-us-2025 --append")(
    elicit_feedback.load
)
app.command(epilog="Example: foedus elicit feedback scenarios/rok-us-2025 --out feedback --lang en,ko")(
    elicit_feedback.feedback
)
app.command(epilog="Example: foedus elicit compare scenarios/rok-us-2025")(elicit_pool.compare)
app.command(epilog="Example: foedus elicit dependence scenarios/rok-us-2025")(elicit_feedback.dependence)
app.command(epilog="Example: foedus elicit performance judgments.csv seeds.csv --json -")(elicit_pool.performance)
app.command(name="import", epilog="Example: foedus elicit import study.dtt --as-of 2025-06-04 --out imported")(
    elicit_pool.import_
)
app.command(epilog="Example: foedus elicit export scenarios/rok-us-2025 --out pooled")(elicit_pool.export)
