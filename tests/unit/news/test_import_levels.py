"""Codes that exist, what they are in PLOVER, and how high an actor stands on a day."""

from __future__ import annotations

import csv
import datetime as dt
import re
from importlib.resources import files
from itertools import pairwise

import pytest

from foedus.case.states import ISO3
from foedus.case.vocabulary import WORDS
from foedus.news.importers import ontology
from foedus.news.importers.levels import (
    LEVELS,
    STATE,
    UNSTATED,
    level_of,
    of_event,
    office_holders,
    stands_for_state,
    term_on,
)


def on(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


# -- codes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "plover"),
    [
        ("010", None), ("022", None), ("0256", None), ("036", "AGREE"), ("041", "CONSULT:phone"),
        ("043", "CONSULT:visit"),
        ("057", "SUPPORT"), ("087", "RETREAT:disarm"), ("106", "REQUEST:meet"), ("1031", "REQUEST:assist"),
        ("125", "REJECT:meet"), ("136", "THREATEN:expel"), ("154", "MOBILIZE:troops"), ("160", "SANCTION"),
        ("163", "COERCE:restrict"), ("164", "SANCTION:withdraw"), ("1622", "SANCTION:discontinue"),
        ("1712", "ASSAULT:destroy"), ("191", "COERCE:restrict"), ("201", "ASSAULT:cleansing"),
    ],
)  # fmt: skip
def test_what_a_cameo_code_is_in_plover(code: str, plover: str | None) -> None:
    found = ontology.crosswalk()[code]
    assert (str(found) if found else None) == plover


def test_the_crosswalk_has_every_code_of_cameo_once() -> None:
    known = ontology.crosswalk()
    assert len(known) == 298
    assert {code[:2] for code in known} == {f"{n:02d}" for n in range(1, 21)}
    assert all(re.fullmatch(r"\d{3,4}", code) for code in known)
    wordless = {code for code, word in known.items() if word is None}
    assert wordless == {c for c in known if c[:2] in {"01", "02"}} | {"155", "176", "1834", "1951", "1952"}
    assert {word.event for word in known.values() if word} == set(ontology.EVENTS) == set(WORDS["plover"])
    assert all(code[:3] in known for code in known)  # what lies above a code exists
    with (files(ontology.__package__) / "crosswalk.csv").open(encoding="utf-8") as stream:
        listed = [code for row in csv.DictReader(stream) for code in row["cameo"].split()]
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize(
    "text", ["13y", "36", "36.0", "3.6E+01", "10", "00", "0", "299", "1234567", "", "０３６", "-36"]
)
def test_codes_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"CAMEO code|has no code"):
        ontology.cameo(text)


@pytest.mark.parametrize(
    ("text", "code"), [("36", "036"), ("36.0", "036"), ("10", "010"), ("311", "0311"), ("036", "036")]
)
def test_a_zero_put_back(text: str, code: str) -> None:
    assert ontology.cameo(text, pad=True) == (code, code != text)


@pytest.mark.parametrize("text", ["13y", "3.6E+01", "00", "299", "100000"])
def test_what_no_zero_mends(text: str) -> None:
    with pytest.raises(ValueError, match="CAMEO code"):
        ontology.cameo(text, pad=True)


def test_labels_are_there_in_both_languages() -> None:
    for code in (*ontology.crosswalk(), "03", ontology.VISIT, *ontology.EVENTS, "CONSULT:visit"):
        en, ko = ontology.label(code)
        assert en
        assert re.search("[가-힣]", ko), code


# -- who held which office ---------------------------------------------------------------------


def test_the_table_is_sound() -> None:
    terms = {term for found in office_holders().values() for term in found}
    assert len({term.person for term in terms}) > 100
    for term in terms:
        assert term.state in {"KOR", "USA", "PRK", "JPN", "CHN"} & ISO3
        assert term.level in {"leader", "minister"}
        assert term.last is None or term.first < term.last
        assert term.last is None or term.last >= on("2000-01-01")
    for office in {(term.state, term.office) for term in terms}:
        held = sorted((t for t in terms if (t.state, t.office) == office), key=lambda t: t.first)
        for before, after in pairwise(held):
            assert before.last is not None, before
            assert before.last <= after.first, (before, after)
    with (files(ontology.__package__) / "office_holders.csv").open(encoding="utf-8") as stream:
        assert {row["source"] for row in csv.DictReader(stream)} == {"public record"}


@pytest.mark.parametrize(
    ("name", "state", "when", "level"),
    [
        ("Lee Myung Bak", "KOR", "2011-10-13", "leader"),
        ("Lee Myung-bak", "KOR", "2014-01-01", None),
        ("LEE MYUNGBAK", "KOR", "2008-02-25", "leader"),
        ("Myung-bak Lee", "KOR", "2008-02-24", None),
        ("이명박", "KOR", "2011-10-13", "leader"),
        ("Park Geun Hye", "KOR", "2013-05-07", "leader"),
        ("Ban Ki-moon", "KOR", "2005-06-10", "minister"),
        ("Ban Ki-moon", "KOR", "2012-06-10", None),
        ("Barack Obama", "USA", "2008-06-10", None),
        ("Barack Obama", "USA", "2012-06-10", "leader"),
        ("DONALD TRUMP", "USA", "2019-06-30", "leader"),
        ("Donald Trump", "USA", "2023-06-30", None),
        ("Donald J. Trump", "USA", "2025-08-25", "leader"),
        ("John Kerry", "USA", "2014-06-30", "minister"),
        ("Kim Jong Un", "PRK", "2018-06-12", "leader"),
        ("Kim Jong-il", "PRK", "2009-06-12", "leader"),
        ("Abe Shinzo", "JPN", "2018-06-12", "leader"),
        ("Fumio Kishida", "JPN", "2016-06-12", "minister"),
        ("Kishida, Fumio", "JPN", "2023-06-12", "leader"),
        ("Xi Jinping", "CHN", "2018-06-12", "leader"),
        ("Wang Yi", "CHN", "2023-07-01", None),
        ("Barack Obama", "KOR", "2012-06-10", None),
        ("Nobody Known", "KOR", "2012-06-10", None),
    ],
)
def test_a_person_has_the_level_of_the_office_held_that_day(
    name: str, state: str, when: str, level: str | None
) -> None:
    assert level_of(name, (), state, on(when)) == level


@pytest.mark.parametrize(
    ("name", "roles", "state", "level"),
    [
        ("PRESIDENT", ["GOV"], "KOR", "leader"), ("PRESIDENT", ["GOV"], "DEU", None),
        ("PRIME MINISTER", [], "JPN", "leader"),
        ("PRIME MINISTER", [], "KOR", None), ("VICE PRESIDENT", [], "USA", None), ("FORMER PRESIDENT", [], "USA", None),
        ("FOREIGN MINISTER", ["GOV"], "KOR", "minister"), ("SECRETARY OF STATE", [], "USA", "minister"),
        ("VICE FOREIGN MINISTER", [], "KOR", "vice_minister"), ("SPOKESMAN", ["GOV"], "USA", "working"),
        ("", ["GOV", "MIL"], "USA", "military"), ("SEOUL", ["MED"], "KOR", "media"), ("", ["OPP"], "KOR", "party"),
        ("Military (United States)", [], "USA", "military"), ("Head of Government (South Korea)", [], "KOR", "leader"),
        ("Lawmaker", ["Legislative / Parliamentary"], "KOR", "legislature"), ("SOUTH KOREA", [], "KOR", None),
        ("Research In Motion", ["BUS"], "KOR", None), ("대통령", [], "KOR", "leader"),
        ("외교부 장관", [], "KOR", "minister"),
        ("Ministry (South Korea)", ["Government"], "KOR", None),
    ],
)  # fmt: skip
def test_titles_roles_and_sectors(name: str, roles: list[str], state: str, level: str | None) -> None:
    assert level_of(name, roles, state, on("2018-04-02")) == level


@pytest.mark.parametrize(
    ("levels", "together"),
    [
        (("leader", "leader"), "leader"), (("leader", STATE), "leader"), (("leader", "minister"), "minister"),
        (("minister", STATE), "minister"), ((STATE, STATE), UNSTATED), (("leader", "military"), "military"),
        (("leader", None), UNSTATED), ((STATE, None), UNSTATED),
    ],
)  # fmt: skip
def test_an_event_is_as_high_as_its_lower_end(levels: tuple[str | None, str | None], together: str) -> None:
    assert of_event(levels) == together
    assert of_event(levels[::-1]) == together


def test_levels_are_the_words_of_the_record() -> None:
    assert tuple(WORDS["actor_level"]) == LEVELS
    assert UNSTATED not in LEVELS


def test_two_offices_at_once_count_as_the_higher() -> None:
    found = term_on("Han Duck-soo", on("2025-04-01"))
    assert found is not None
    assert (found.office, found.level) == ("acting president", "leader")


@pytest.mark.parametrize(
    ("name", "state", "such"),
    [
        ("", "KOR", True), ("SOUTH KOREA", "KOR", True), ("South Korea", "USA", False), ("SEOUL", "KOR", True),
        ("Government (South Korea)", "KOR", True), ("한국", "KOR", True), ("Nobody Known", "KOR", False),
        ("BUSINESSMAN", "USA", False), ("Lee Myung Bak", "KOR", False),
    ],
)  # fmt: skip
def test_who_is_no_more_than_the_state(name: str, state: str, such: bool) -> None:
    assert stands_for_state(name, state) is such
