"""What `foedus bench` runs and prints: measured speeds beside their promises."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from rich.text import Text

from foedus.bench.core import Measure, machine, measures
from foedus.cli import show as tables

if TYPE_CHECKING:
    from rich.console import Console

    from foedus.bayes.sampling import Sampler

NOTE = (
    "Simulated cases, fresh each round; medians over the rounds. Effective draws are those of scenario probabilities, "
    "tuning included, compilation apart; no ratio counts before both agree."
)


@dataclass(frozen=True)
class Options:
    """What to measure: the core alone, and beside it which samplers at how many signals."""

    rounds: int
    seed: int
    signals: tuple[int, ...]
    samplers: tuple[Sampler, ...]


def run(options: Options, say: Callable[[str, float], None]) -> list[Measure]:
    """Measure the core, then the core beside its reference."""
    done = list(measures(options.rounds, options.seed, say))
    if options.samplers and options.signals:
        from foedus.bench.against import SIZES, ratios, runs

        sizes = [size for size in SIZES if size.signals in options.signals]
        done += ratios(list(runs(sizes, options.samplers, options.rounds, options.seed, say)))
        done += _cold(done)
    return done


def _cold(done: Sequence[Measure]) -> list[Measure]:
    """Compare the core's cold start with that of nutpie, whose imports are left out, to its favour."""
    ours = [m.value for m in done if m.name.startswith("cold start to the answer")]
    theirs = [m.value for m in done if m.name == "nutpie: compiled, tuned and sampled, 60 signals"]
    name = "cold start to the answer against nutpie, 60 signals"
    return [Measure(name, t / o, "times", 10.0, least=True) for o, t in zip(ours, theirs, strict=False)]


def show(console: Console, done: Sequence[Measure]) -> None:
    """Print every measure beside its promise."""
    rows = tables.table("Measure", ">Measured", "", ">Promised", ">Kept")
    for m in done:
        kept = Text("") if m.promise is None else Text("yes") if m.kept else Text("NO", style="bold red")
        rows.add_row(m.name, number(m.value), m.unit, promise(m), kept)
    console.print(rows, "", Text(f"On {machine()}. {NOTE}", style="dim"), sep="\n")


def markdown(done: Sequence[Measure]) -> str:
    """Return the same as a table for a README."""
    lines = ["| measure | measured | promised |", "|---|---|---|"]
    lines += [
        f"| {m.name} | {number(m.value)} {m.unit} | {promise(m)}{'' if m.kept else ' (not kept)'} |" for m in done
    ]
    return "\n".join(
        [*lines, "", f"Measured on {machine()}, foedus {version('foedus')}, by `foedus bench`. {NOTE}", ""]
    )


def to_json(options: Options, done: Sequence[Measure]) -> dict[str, Any]:
    """Return the measures as plain data."""
    return {
        "format": 1,
        "foedus": version("foedus"),
        "machine": machine(),
        "rounds": options.rounds,
        "seed": options.seed,
        "measures": [vars(m) | {"kept": m.kept} for m in done],
    }


def number(x: float) -> str:
    """Three digits that count, and thousands apart."""
    return f"{x:,.0f}" if x >= 100 else f"{x:.3g}"


def promise(m: Measure) -> str:
    """Return what was promised, in words."""
    if m.promise is None:
        return ""
    return f"{'at least' if m.least else 'at most'} {number(m.promise)}"
