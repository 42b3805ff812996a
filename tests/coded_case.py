"""The worked case as if others had coded it too: rows made up from those of its one coder, for tests alone.

`cho` and `dana` read most signals as `c1` did, and slip now and then to a code of the same question; `dana` slips
often. Nothing of it says how the worked case was coded.
"""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np

import foedus

SLIPS = {"cho": 0.12, "dana": 0.35}


def write_coded(
    folder: Path, worked_case: Path, seed: int = 5, slips: Mapping[str, float] = SLIPS, share: float = 0.8
) -> Path:
    """Write the worked case with the further rows of made-up coders of a `share` of the signals."""
    shutil.copytree(worked_case, folder)
    case, rng = foedus.load(worked_case), np.random.default_rng(seed)
    path = folder / "signals.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    codes = {name: code for name, code in case.codebook.codes.items() if code.kind == "signal"}

    def like(name: str) -> list[str]:
        """Codes that a slip may lead to: of the same question, and asking for nothing that the row does not have."""
        own = codes[name]
        by = {q: b.by for q, b in own.bears_on.items()}
        return [
            other
            for other, code in codes.items()
            if other != name and set(code.bears_on) & set(by) and not code.requires
            and all(b.by != "target" or by.get(q) == "target" for q, b in code.bears_on.items())
        ]  # fmt: skip

    read = rng.random(len(rows)) < share
    for coder, slip in slips.items():
        for row, chosen in zip(list(rows), read, strict=False):
            if row["coder"] != "c1" or not chosen or row["status"] not in {"", "active"} or row["supersedes"]:
                continue
            new = dict(row) | {"coder": coder}
            if row["code"] in codes and rng.random() < slip and (others := like(row["code"])):
                new["code"] = str(rng.choice(others))
            if rng.random() < slip:
                new["credibility"] = str(min(max(int(row["credibility"] or 3) + int(rng.choice([-1, 1])), 1), 5))
            rows.append(new)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder
