"""What `foedus learn` prints and writes down: prior beside posterior, what was learned and what was not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from rich.text import Text

from foedus.cli.show import table

if TYPE_CHECKING:
    from rich.console import Console

    from foedus.bayes.holdout import Held
    from foedus.bayes.learning import Learned
    from foedus.bayes.learning_codes import Taught
    from foedus.bayes.lessons import CaseLessons, Lesson, SeriesLesson
    from foedus.bayes.sampling import Sampled

_SHOWN = 12  # rows of cases' lessons, those that were learned most
HISTORY_NOTE = (
    "Multipliers to expect in an era not seen yet: middle, and 5 and 95 % points; 1 is an outcome further ahead than "
    "the last band, or none in view. Rate: of events. Presence: of weeks with at least one. Width: of the posterior "
    "against the prior, on the log scale, by rate; at 0.90 or more nothing was learned, unless the middle moved by "
    "0.15 of the prior's width."
)
CASES_NOTE = (
    "Middle, and 5 and 95 % points for a case not seen yet, before and after. Width: of the posterior against the "
    "prior; at 0.90 or more nothing was learned, unless the middle moved by 0.15 of the prior's width, and the "
    "codebook keeps what it says."
)


TIMING_NOTE = (
    "Questions of a date: that plans change is approximated, which leaves multipliers too near to 1. A true 4 within "
    "14 days came out at 3.72, 3.85 and 3.93 with half-lives of 20, 45 and 90 days (signals every ten days over 180)."
)


def history(console: Console, learned: Learned, lessons: Sequence[SeriesLesson], held: Mapping[int, Held]) -> None:
    """Print what a history taught."""
    made = learned.design
    weeks = made.history.weeks
    console.print(Text(f"{len(weeks)} weeks, {weeks[0]} to {weeks[-1]}; eras: {', '.join(made.eras)}", style="bold"))
    console.print(f"Outcomes near them: {', '.join(map(str, made.outcomes)) or 'none'}.")
    if made.left_out:
        console.print(
            f"Left out, since the next outcome is not known: {_spans(made.left_out)}. --known-until can help."
        )
    inside = zip((*made.bands, "later"), made.weeks_in, strict=True)
    console.print("Weeks in each lead band: " + ", ".join(f"{band} {n:.1f}" for band, n in inside) + ".", "")
    rows = table("Column", ">Events", "Lead", ">Rate", ">Presence", ">Width", "Learned")
    events = made.history.counts.sum(axis=0)
    for one, total in zip(lessons, events, strict=True):
        name, count = one.name, str(int(total))
        for rate, seen in zip(one.rate, one.presence, strict=True):
            rows.add_row(name, count, rate.name[1], _band(rate), _band(seen), f"{rate.width:.2f}", _learned(rate))
            name, count = "", ""
        rows.add_section()
    first = lessons[0].rate
    console.print(rows, "")
    console.print("Prior, of every column: " + ", ".join(f"{one.name[1]} {_triple(one.prior)}" for one in first) + ".")
    console.print(Text(HISTORY_NOTE, style="dim"), "")
    for year, kept in held.items():
        _held(console, year, kept)
    console.print(_diagnostics(learned.sampled, learned.complaints))


def _held(console: Console, year: int, kept: Held) -> None:
    gain, error = kept.gain()
    ones, ones_error = kept.gain(over="ones")
    covered, of = kept.coverage()
    console.print(
        f"{year} kept aside ({len(kept.learned)} weeks, each scored by itself): sum of log scores against multipliers "
        f"of 1 {gain:+.1f} (standard error {error:.1f}, Monte Carlo error {kept.monte_carlo:.1f}), against the same "
        f"baselines with 1 {ones:+.1f} ({ones_error:.1f}); {covered:.0%} of {of} counts inside their 90 % interval."
    )
    for sentence in kept.fit.complaints:
        console.print(Text(f"  its draws: {sentence}", style="bold red"))


def cases(console: Console, taught: Taught, lessons: CaseLessons) -> None:
    """Print what resolved cases taught."""
    coded = sum(len(case.days) for case in taught.cases)
    confirmed = sum(len(case.confirmed) for case in taught.cases)
    names = ", ".join(case.compiled.compiler.case.file.id for case in taught.cases)
    console.print(Text(f"{_count(len(taught.cases), 'resolved case')}: {names}", style="bold"))
    console.print(
        f"{_count(coded, 'coded signal')} on questions that are settled; of {_count(confirmed, 'report')} it is coded "
        "whether the other side confirmed it."
    )
    every = [*lessons.multipliers, *lessons.credences]
    new = [one for one in every if one.learned]
    console.print(f"Learned: {len(new)} of {len(every)} uncertain numbers; the others are as wide as before.")
    if len(taught.cases) == 1:
        console.print("One case can hardly teach how telling a code is, or whom to believe: take this as a check.")
    if any(case.problem.axes[q].kind == "timing" for case in taught.cases for q in case.question):
        console.print(Text(TIMING_NOTE, style="dim"))
    rows = table("Number", ">Prior", ">Posterior", ">Width", "Learned")
    for one in sorted(every, key=lambda one: one.width)[:_SHOWN]:
        rows.add_row(_named(one), _triple(one.prior), _triple(one.posterior), f"{one.width:.2f}", _learned(one))
    low, middle, high = lessons.own_share
    console.print("", rows, "")
    console.print(f"Part of a telling-ness that is a case's own: {middle:.2f} [{low:.2f}, {high:.2f}].")
    console.print(Text(CASES_NOTE, style="dim"), "")
    console.print(_diagnostics(taught.sampled, taught.complaints))


def _named(one: Lesson) -> str:
    if len(one.name) == 2:
        return f"credence of {one.name[0]}" + (f", graded {one.name[1]}" if one.name[1] else "")
    code, question, speaker, band = one.name
    return f"{code} on {question}{f' by {speaker}' if speaker else ''}: {band}"


def _count(n: int, what: str) -> str:
    return f"{n} {what}" + ("" if n == 1 else "s")


def _band(one: Lesson) -> str:
    return _triple(one.posterior)


def _triple(numbers: tuple[float, float, float]) -> str:
    low, middle, high = (f"{x:.2g}" if x < 100 else f"{x:.0f}" for x in numbers)
    return f"{middle} [{low}, {high}]"


def _learned(one: Lesson) -> Text:
    return Text("yes") if one.learned else Text("no", style="dim")


def _spans(weeks: Sequence[Any]) -> str:
    return f"{_count(len(weeks), 'week')} from {weeks[0]}" + (f" to {weeks[-1]}" if len(weeks) > 1 else "")


def _diagnostics(found: Sampled, complaints: tuple[str, ...]) -> Text:
    good = Text("passed", style="bold green") if not complaints else Text("failed", style="bold red")
    said = f"Sampler: R-hat {found.r_hat:.3f}, effective sample size {found.ess:.0f}, {found.divergences} divergences: "
    return Text(said).append(good)


# -- as text and as plain data -----------------------------------------------------------------


def history_source(learned: Learned) -> Callable[[str], str]:
    """Return what a codebook says of where the numbers of a column come from."""
    made, found = learned.design, learned.sampled
    weeks, (data, *_) = made.history.weeks, made.history.digests.items()
    events = dict(zip(made.history.names, made.history.counts.sum(axis=0).tolist(), strict=True))

    def source(column: str) -> str:
        return (
            f"{column} in {data[0]} (sha256 {data[1]}), {weeks[0]} to {weeks[-1]}: {_count(events[column], 'event')} "
            f"in {len(weeks)} weeks of {_count(len(made.eras), 'era')}, {_count(len(made.outcomes), 'outcome')}; for "
            f"an era not seen yet, by foedus learn (R-hat {found.r_hat:.3f}, ESS {found.ess:.0f}, {found.divergences} "
            "divergences)"
        )

    return source


def cases_source(taught: Taught) -> str:
    """Say in a codebook what its numbers rest on."""
    found = taught.sampled
    each = [
        f"{case.compiled.compiler.case.file.id} (signals.csv sha256 "
        f"{case.compiled.compiler.case.inputs.get('signals.csv', 'none')}, {len(case.days)} signals)"
        for case in taught.cases
    ]
    return (
        f"{_count(len(each), 'resolved case')}: {'; '.join(each)}; by foedus learn (R-hat {found.r_hat:.3f}, ESS "
        f"{found.ess:.0f}, {found.divergences} divergences)"
    )


def history_json(
    learned: Learned, lessons: Sequence[SeriesLesson], held: Mapping[int, Held], seed: int
) -> dict[str, Any]:
    """Return everything that a history taught as plain data."""
    made = learned.design
    weeks = made.history.weeks
    return _head(learned.sampled, learned.complaints, seed) | {
        "from": "counts",
        "inputs": made.history.digests,
        "weeks": len(weeks),
        "first": str(weeks[0]),
        "last": str(weeks[-1]),
        "left_out": [str(week) for week in made.left_out],
        "outcomes": [str(day) for day in made.outcomes],
        "known_until": str(made.history.known_until),
        "eras": list(made.eras),
        "weeks_in_band": dict(zip((*made.bands, "later"), [round(float(n), 3) for n in made.weeks_in], strict=True)),
        "columns": [
            {"id": one.name, "events": int(total)}
            | {form: {x.name[1]: _plain(x) for x in one.by(form)} for form in ("rate", "presence")}
            | {"events_a_week": _plain(one.baseline), "weeks_a_month_with_one": _plain(one.monthly)}
            | {"dispersion": _plain(one.dispersion)}
            for one, total in zip(lessons, made.history.counts.sum(axis=0), strict=True)
        ],
        "kept_aside": {str(year): _held_json(kept) for year, kept in held.items()},
    }


def _held_json(kept: Held) -> dict[str, Any]:
    covered, of = kept.coverage()
    scores = {"fitted_to_multipliers_of_1": kept.gain(), "same_baselines": kept.gain(over="ones")}
    return {
        "weeks": len(kept.learned),
        "gain": {name: {"nats": round(gain, 3), "se": round(error, 3)} for name, (gain, error) in scores.items()},
        "gain_monte_carlo_error": round(kept.monte_carlo, 3),
        "inside_90": round(covered, 4),
        "counts": of,
        "complaints": list(kept.fit.complaints),
    }


def cases_json(taught: Taught, lessons: CaseLessons, seed: int) -> dict[str, Any]:
    """Return everything that resolved cases taught as plain data."""
    return _head(taught.sampled, taught.complaints, seed) | {
        "from": "cases",
        "inputs": {case.compiled.compiler.case.file.id: case.compiled.compiler.case.inputs for case in taught.cases},
        "signals": sum(len(case.days) for case in taught.cases),
        "confirmations": sum(len(case.confirmed) for case in taught.cases),
        "own_share": list(lessons.own_share),
        "multipliers": [
            dict(zip(("code", "question", "speaker", "band"), one.name, strict=True)) | _plain(one)
            for one in lessons.multipliers
        ],
        "credences": [
            dict(zip(("source", "credibility"), one.name, strict=True)) | _plain(one) for one in lessons.credences
        ],
    }


def _head(found: Sampled, complaints: tuple[str, ...], seed: int) -> dict[str, Any]:
    chains, draws = next(iter(found.free.values())).shape[:2]
    return {
        "format": 1,
        "foedus": version("foedus"),
        "seed": seed,
        "diagnostics": {
            "ok": not complaints, "complaints": list(complaints), "r_hat": round(found.r_hat, 4),
            "ess": round(found.ess), "divergences": found.divergences, "chains": chains, "draws": draws,
        },
    }  # fmt: skip


def _plain(one: Lesson) -> dict[str, Any]:
    digits = {key: [float(f"{x:.4g}") for x in getattr(one, key)] for key in ("prior", "posterior")}
    return digits | {"width": round(one.width, 3), "moved": round(one.moved, 3), "learned": one.learned}
