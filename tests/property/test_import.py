"""Whatever stands in a file of events: every row is taken or dropped with a reason, or the file is refused in words."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from foedus.errors import CaseError
from foedus.news.importers.gdelt import COLUMNS
from foedus.news.importers.ledger import Ledger, writer
from foedus.news.importers.registry import IMPORTERS
from foedus.news.importers.run import Request, import_files
from foedus.news.importers.sides import dyads
from gdelt_fixture import row

MONDAY = dt.date(2018, 4, 2)
PAIR = dyads(["KOR,USA"])
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
CELLS = st.one_of(
    st.sampled_from(
        ["", "036", "36", "13y", "KOR", "KS", "PRK", "20180402", "20180400", "0", "1", "=1+1", '"', "한국"]
    ),
    st.text(max_size=8),
)
CHANGES = st.dictionaries(st.sampled_from(COLUMNS), CELLS, max_size=4)
ROWS = st.lists(st.one_of(CHANGES.map(lambda change: row(1, MONDAY, **change)), st.text(max_size=40)), max_size=12)


def read(content: bytes, importer: str | None, how: str = "counts") -> tuple[str, Ledger, str]:
    out = io.StringIO()
    account = Ledger(sink=writer(out))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.csv"
        path.write_bytes(content)
        request = Request([path], importer, dyads=PAIR, covers=(MONDAY, MONDAY + dt.timedelta(days=6)), how=how)  # type: ignore[arg-type]
        found = import_files(request, account)
    return found.texts.get("counts.csv", ""), found.ledger, out.getvalue()


@settings(max_examples=60)
@given(ROWS)
def test_every_row_is_accounted_for(rows: list[str]) -> None:
    good = row(10**6, MONDAY, "057")
    content = "\n".join([*(text.replace("\n", " ") for text in rows), good]).encode("utf-8", "surrogatepass")
    counts, account, dropped = read(content, "gdelt")
    lines = list(csv.DictReader(io.StringIO(dropped)))
    assert account.read == account.taken + len(lines)
    assert account.dropped.total() == len(lines)
    assert all(line["reason"] for line in lines)
    assert not any(cell.startswith(FORMULAS) for line in csv.reader(io.StringIO(counts)) for cell in line)
    assert "kor_usa_057_unstated" in counts


@settings(max_examples=40)
@given(st.binary(max_size=300), st.sampled_from([None, *sorted(IMPORTERS)]))
def test_any_bytes_are_read_or_refused(content: bytes, importer: str | None) -> None:
    with suppress(CaseError):
        read(content, importer)
