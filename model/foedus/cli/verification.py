"""What `foedus verify` does and prints: the comparison of a forecast with the reference model, and its outcome."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal

from rich.text import Text

from foedus.bayes.verify import agrees, by_nuts, by_weights
from foedus.cli import show as tables

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from foedus.forecast import Forecast

AGREE, DOUBTFUL = 0, 1
WAYS = {"nuts": "NUTS on the PyMC model", "weights": "draws of the prior, weighted by the news"}
NOTE = (
    "Core and reference: probability by either, in percent; MCSE: Monte Carlo error of each, in points. z: how many "
    "combined errors they differ by, beyond what the core's finite number of parameter draws explains."
)


@dataclass(frozen=True)
class Options:
    """How the reference draws: by which method, how many draws in each of how many chains."""

    method: Literal["auto", "nuts", "weights"]
    draws: int
    chains: int


def compare(
    result: Forecast,
    options: Options,
    working: Callable[[], AbstractContextManager[Callable[..., None]]],
    *,
    bar: bool,
) -> pd.DataFrame:
    """Run `foedus.bayes.verify` with its progress shown; under NUTS by PyMC's own bar."""
    if options.method != "nuts":
        with working() as say:
            table = by_weights(result, result.seed + 1, options.draws * options.chains, say)
        if options.method == "weights" or table.attrs["reference_ok"]:
            return table
    if bar:
        print("Reference: NUTS, compiling for a minute or two", file=sys.stderr)  # noqa: T201
    return by_nuts(result, result.seed + 1, options.draws, options.chains, bar=bar)


def show(console: Console, result: Forecast, table: pd.DataFrame) -> None:
    """Print the comparison, and below it how the reference was drawn and whether that went well."""
    found = table.attrs
    console.print(Text(result.case.file.title(), style="bold"))
    console.print(f"As of {result.as_of.isoformat()}, seed {result.seed}", "")
    rows = tables.table("Probability of", ">Core", ">MCSE", ">Reference", ">MCSE", ">z", ">OK")
    for name, row in table.iterrows():
        numbers = [f"{100 * row[c]:.2f}" for c in ("core", "core_mcse", "reference", "mcse")]
        ok = Text("yes") if row["ok"] else Text("NO", style="bold red")
        rows.add_row(str(name), *numbers, f"{row['z']:.1f}", ok)
    console.print(rows, "", Text(NOTE, style="dim"), "", sep="\n")
    chains = (
        f"R-hat {found['r_hat']:.3f}, {found['divergences']:.0f} divergences, " if found["method"] == "nuts" else ""
    )
    good = "passed" if found["reference_ok"] else "failed"
    console.print(f"Reference: {WAYS[found['method']]}; {chains}effective sample size {found['ess']:.0f}: {good}.")
    allowed = f"{len(table)} probabilities, each with up to {found['bound']:.2f} combined errors (Bonferroni, 1 %)"
    off = int((~table["ok"]).sum())
    if found["reference_ok"]:
        verdict = "Core and reference agree" if agrees(table) else f"Core and reference DISAGREE on {off}"
        console.print(Text(f"{verdict}: {allowed}.", style="bold green" if agrees(table) else "bold red"))


def status(table: pd.DataFrame) -> int:
    """Exit status; says on standard error why it is not 0."""
    if agrees(table):
        return AGREE
    if not table.attrs["reference_ok"]:
        more = "raise --draws" if table.attrs["method"] == "nuts" else "raise --draws, or write --method nuts"
        said = [
            "The reference failed its own diagnostics: this says nothing of the forecast.",
            *table.attrs["complaints"],
        ]
        print("\n".join([*said, f"What to do: {more}."]), file=sys.stderr)  # noqa: T201
    else:
        names = ", ".join(map(str, table.index[~table["ok"]]))
        fault = "Please report it as a fault of foedus, with the case"
        print(f"The forecast and the reference disagree: {names}. {fault}.", file=sys.stderr)  # noqa: T201
    return DOUBTFUL


def to_json(result: Forecast, table: pd.DataFrame) -> dict[str, Any]:
    """Return the comparison as plain data."""
    found = table.attrs
    diagnostics = {"ok": found["reference_ok"], "complaints": list(found["complaints"])}
    diagnostics |= {key: _plain(found[key]) for key in ("r_hat", "ess", "divergences")}
    columns = ["core", "core_mcse", "reference", "mcse", "ess", "z"]
    rows = [
        {"id": str(name), **{c: _plain(row[c]) for c in columns}, "ok": bool(row["ok"])}
        for name, row in table.iterrows()
    ]
    return {
        "format": 1,
        "foedus": version("foedus"),
        "case": result.case.file.id,
        "as_of": result.as_of.isoformat(),
        "seed": result.seed,
        "agrees": agrees(table),
        "method": found["method"],
        "bound": _plain(found["bound"]),
        "reference": diagnostics,
        "forecast_ok": result.diagnostics.ok,
        "probabilities": rows,
        "inputs": result.inputs,
    }


def _plain(x: float) -> float | None:
    """Return a number that JSON has; null for what is not finite."""
    return round(float(x), 6) if math.isfinite(x) else None
