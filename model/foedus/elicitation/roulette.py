"""Chips laid in a notebook: a table of bins to click or to fill by code, whose result is rows of judgments.csv.

    table = Roulette(case, "expert_a", "sma_2026", low=0, high=30, bins=6)
    table.lay({"5..10": 4, "10..15": 8})
    table.widget()                  # or click, where ipywidgets is installed
    print(table.csv(as_of="2025-06-04"))

Without ipywidgets the table shows itself as HTML and is filled by `lay`. What was laid with PreliZ's roulette comes
in through `lay_preliz`.
"""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from foedus.case.types import Case, Judgment, Nominal, Ordinal, Timing
from foedus.case.values import parse_day
from foedus.elicitation.rows import FILE, Fitted, fitted
from foedus.elicitation.thresholds import NEVER
from foedus.elicitation.window import Window
from foedus.errors import CaseError, Fault, nearest

COLUMNS = ("expert", "as_of", "round", "question", "given", "element", "level", "value", "note")
MOST_BINS, MOST_CHIPS = 60, 1000


class Roulette:
    """Bins of one question, and the chips that one expert lays on them.

    Parameters
    ----------
    case : Case
    expert, question : str
        Ids.
    low, high : float, optional
        Ends of the bins of a quantity; default: its bounds. Of a question with levels or days not needed.
    bins : int
        How many equal ones a quantity gets, and a timing question (in whole days); each level is one.
    given : str, optional
        A condition, as in judgments.csv.

    Raises
    ------
    CaseError
        An unknown expert or question, or ends that leave no room for bins.
    """

    def __init__(
        self,
        case: Case,
        expert: str,
        question: str,
        *,
        low: float | None = None,
        high: float | None = None,
        bins: int = 10,
        given: str | None = None,
    ) -> None:
        for what, name, known in (("expert", expert, case.file.panel), ("question", question, case.file.questions)):
            if name not in known:
                raise CaseError([Fault("roulette", 0, f"there is no {what} {name!r}; {nearest(name, list(known))}")])
        self.case, self.expert, self.question, self.given = case, expert, question, given
        self.chips: dict[str, int] = dict.fromkeys(_bins(case, question, low, high, bins), 0)

    def lay(self, chips: Mapping[str, int]) -> Roulette:
        """Set the number of chips on some bins; 0 takes them away. Returns itself, so that a notebook shows it.

        Raises
        ------
        CaseError
            No such bin, or no number of chips.
        """
        faults = []
        for name, count in chips.items():
            if name not in self.chips:
                faults.append(Fault("roulette", 0, f"there is no bin {name!r}; {nearest(name, list(self.chips))}"))
            elif isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MOST_CHIPS:
                said = f"a number of chips is a whole number from 0 to {MOST_CHIPS}, got {count!r} on {name}"
                faults.append(Fault("roulette", 0, said))
        if faults:
            raise CaseError(faults)
        self.chips.update(chips)
        return self

    def lay_preliz(self, roulette: Any) -> Roulette:
        """Take over the chips of `preliz.Roulette`, with a bin of its own for each of its columns.

        PreliZ labels the middle of column k with x_min + k step and fits as if it lay half a step higher; the label is
        what the expert saw, so that is what counts here.
        """
        if roulette.inputs is None:
            raise CaseError([Fault("roulette", 0, "no chip has been laid on PreliZ's roulette yet")])
        values, shares, total, x_min, x_max, _, columns = roulette.inputs
        step = (x_max - x_min) / (columns - 1)
        laid = {
            round((value - x_min) / step - 0.5): round(share * total)
            for value, share in zip(values, shares, strict=True)
        }
        ends = [(x_min + (k - 0.5) * step, x_min + (k + 0.5) * step) for k in range(columns)]
        self.chips = {_bin(low, high): laid.get(k, 0) for k, (low, high) in enumerate(ends)}
        return self

    def rows(self, as_of: str | dt.date, number: int = 1) -> tuple[Judgment, ...]:
        """Return the rows of judgments.csv that say what was laid, in round `number`; empty bins are left out."""
        day = parse_day(as_of) if isinstance(as_of, str) else as_of
        laid = [(name, count) for name, count in self.chips.items() if count]
        return tuple(
            Judgment(
                expert=self.expert,
                as_of=day,
                round=number,
                question=self.question,
                given=self.given,
                element="chips",
                level=name,
                value=float(count),
                line=line,
            )
            for line, (name, count) in enumerate(laid, start=2)
        )

    def csv(self, as_of: str | dt.date, number: int = 1) -> str:
        """Return the rows as text to add to judgments.csv, without its header."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        for row in self.rows(as_of, number):
            cells = (getattr(row, name) for name in COLUMNS)
            writer.writerow(
                ["" if cell is None else f"{cell:g}" if isinstance(cell, float) else cell for cell in cells]
            )
        return out.getvalue()

    def fitted(self, as_of: str | dt.date) -> Fitted:
        """Return what the chips say, fitted as from the file.

        Raises
        ------
        CaseError
            No chips, or bins that leave the bounds.
        """
        rows, faults = self.rows(as_of), list[Fault]()
        if not rows:
            raise CaseError([Fault("roulette", 0, "there is not a single chip on the bins; lay at least one")])
        found = fitted(self.question, self.case.file, rows, faults)
        if found is None:
            raise CaseError(Fault("roulette", 0, fault.message) for fault in faults if fault.file == FILE)
        return found

    def widget(self) -> Any:
        """Return the table with buttons to lay and take chips, for a notebook.

        Raises
        ------
        ImportError
            ipywidgets is not installed; `lay` does the same.
        """
        try:
            import ipywidgets
        except ImportError as error:
            msg = "the roulette's buttons need ipywidgets (pip install ipywidgets); without it, use lay({bin: chips})"
            raise ImportError(msg) from error
        picture = ipywidgets.HTML(self._repr_html_())

        def change(name: str, by: int) -> None:
            self.chips[name] = min(max(self.chips[name] + by, 0), MOST_CHIPS)
            picture.value = self._repr_html_()

        columns = []
        for name in self.chips:
            more, less = (ipywidgets.Button(description=sign, tooltip=f"{name}: {sign}1") for sign in ("+", "−"))
            for button, by in ((more, 1), (less, -1)):
                button.layout.width = "3.2em"
                button.on_click(lambda _, name=name, by=by: change(name, by))
            columns.append(ipywidgets.VBox([ipywidgets.Label(name), ipywidgets.HBox([less, more])]))
        return ipywidgets.VBox([picture, ipywidgets.HBox(columns, layout={"flex_flow": "row wrap"})])

    def __repr__(self) -> str:
        laid = ", ".join(f"{name}: {count}" for name, count in self.chips.items() if count)
        return f"Roulette({self.question}, {sum(self.chips.values())} chips{': ' if laid else ''}{laid})"

    def _repr_html_(self) -> str:
        """Bins side by side, a dot for each chip (or its number, where there are many), its share below."""
        total = sum(self.chips.values())
        cells = []
        for name, count in self.chips.items():
            dots = "<br>".join("●" * count) if count <= 20 else f"{count} ●"
            share = f"{100 * count / total:.0f}%" if total else "–"
            cells.append(
                '<td style="vertical-align:bottom;text-align:center;line-height:1.05;color:#123F6B">'
                f'{dots}<div style="border-top:1px solid #1B2430;color:#1B2430">{html.escape(name)}</div>'
                f'<div style="color:#55606E">{share}</div></td>'
            )
        title = self.case.file.questions[self.question].title
        head = html.escape(title() if title else self.question.replace("_", " "))
        return f"<div><b>{head}</b> · {total} chips<table><tr>{''.join(cells)}</tr></table></div>"


def _bins(case: Case, name: str, low: float | None, high: float | None, bins: int) -> list[str]:
    question = case.file.questions[name]
    if isinstance(question, Ordinal | Nominal):
        return [level.id for level in question.levels]
    if not 1 <= bins <= MOST_BINS:
        raise CaseError([Fault("roulette", 0, f"a roulette has 1 to {MOST_BINS} bins, got {bins}")])
    if isinstance(question, Timing):
        window = Window.of(question, case.file)
        edges = [round(window.n * k / bins) for k in range(bins + 1)]
        spans = [(a + 1, b) for a, b in pairwise(edges) if b > a]
        return [f"{window.date(a)}..{window.date(b)}" for a, b in spans] + [NEVER]
    low = question.lower if low is None else low
    high = question.upper if high is None else high
    if low is None or high is None or not low < high:
        raise CaseError(
            [Fault("roulette", 0, f"{name} needs the ends of its bins: write low=... and high=..., low < high")]
        )
    step = (high - low) / bins
    return [_bin(low + k * step, low + (k + 1) * step) for k in range(bins)]


def _bin(low: float, high: float) -> str:
    return f"{low:.10g}..{high:.10g}"
