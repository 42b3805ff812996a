"""The rows of the tables of a case as frozen objects: judgments, signals, counts, resolutions, seed questions."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from foedus.case.parts import Day, Document, Identifier
from foedus.case.values import Precision


class Judgment(Document):
    """One number that one expert gave; `line` is its place in judgments.csv."""

    expert: Identifier
    as_of: Day
    round: int = Field(default=1, ge=1)
    question: str  # an id, or `a ~ b` for a concordance
    given: str | None = None
    element: Literal["quantile", "exactly", "never", "probability", "chips", "concordance"]
    level: str | None = None
    value: float | dt.date
    note: str | None = None
    line: int


class Moment(Document):
    """When something was published or happened, as exactly as it was written.

    `at` is the instant itself, or the end of the civil day, week or month (in the zone of the row, else of the case):
    that is when it is known.
    """

    at: dt.datetime  # aware
    precision: Precision = "time"

    @property
    def bare(self) -> bool:
        """Whether no time of day was given."""
        return self.precision != "time"

    @property
    def earliest(self) -> dt.datetime:
        """The first instant that it can have been."""
        if self.precision == "month":
            last = (self.at - dt.timedelta(days=1)).date()
            return self.at - dt.timedelta(days=last.day)
        return self.at - dt.timedelta(days={"time": 0, "day": 1, "week": 7}[self.precision])


class Signal(Document):
    """One coded report; `line` is its place in signals.csv."""

    id: str = Field(min_length=1, max_length=120)
    published: Moment
    happened: Moment | None = None
    code: Identifier
    source: Identifier
    speaker: Identifier | None = None
    speaker_as_stated: str | None = None
    credibility: Literal["1", "2", "3", "4", "5", "6"] | None = None
    statement: str | None = None
    event: str | None = None
    origin: str | None = None
    independent: bool = False
    document: str | None = None
    observed: Literal["present", "absent", "not_seen"] = "present"
    target_from: Day | None = None
    target_to: Day | None = None
    status: Literal["active", "corrected", "retracted"] = "active"
    supersedes: str | None = None
    actor: str | None = None  # ISO 3166 alpha-3, several joined by ';', a role may follow (USAMIL)
    recipient: str | None = None  # likewise
    actor_level: (
        Literal["leader", "minister", "vice_minister", "working", "military", "legislature", "party", "expert", "media",
                "unnamed"] | None
    ) = None  # fmt: skip
    auxiliary: Literal["actual", "future", "hypothetical", "historical", "negation"] | None = None
    issue: str | None = None  # question ids or free topics, several joined by ';'
    confirmed_by_other_side: Literal["yes", "no", "partly"] | None = None
    quote: str | None = Field(default=None, max_length=500)
    language: str | None = Field(default=None, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")  # of the quote, BCP 47
    url: str | None = None
    archive_url: str | None = None
    published_zone: str | None = None  # IANA, where a bare `published` is a civil day; default: the case's
    happened_zone: str | None = None
    coder: str | None = None
    coded_at: Moment | None = None
    codebook_version: str | None = None
    note: str | None = None
    line: int


class Count(Document):
    """How many events of a counted code were seen in a period; `line` is its place in counts.csv.

    A later row for the same period and code is a revision and takes the place of the earlier one.
    """

    published: Moment
    first: Day = Field(alias="from")
    last: Day = Field(alias="to")  # inclusive
    code: Identifier
    source: Identifier
    count: int = Field(ge=0, le=1_000_000)  # of merged events
    url: str | None = None
    note: str | None = None
    line: int

    @property
    def id(self) -> str:
        """What the account calls it."""
        return f"{self.code} {self.first}..{self.last}"


class Distinct(Document):
    """One signal of a set of which each is an event of its own, though they look alike: proposed no more as one."""

    set: str = Field(min_length=1, max_length=120)
    id: str = Field(min_length=1, max_length=120)
    note: str | None = None
    line: int


class Seed(Document):
    """A seed question: its answer is known, so that what experts said about it can be scored."""

    question: Identifier
    unit: str | None = None
    scale: Literal["uni", "log"] = "uni"
    answer: float
    source: str | None = None
    line: int


class ReferenceCase(Document):
    """A past case, or several alike, that a base rate on the panel is made of."""

    expert: Identifier
    as_of: Day
    question: Identifier
    case: str | None = None
    outcome: str  # a level, a number, or for a timing question the days waited
    count: int = Field(default=1, ge=1, le=1_000_000)
    censored: bool = False  # still waiting after so many days
    source: str | None = None
    note: str | None = None
    line: int


class Resolution(Document):
    """What happened: known from `known_from` on."""

    question: Identifier
    resolved_on: Day
    known_from: Moment
    outcome: str
    source: str | None = None
    line: int
