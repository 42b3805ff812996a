"""The documents of a case as frozen objects: exactly what the files say, checked, and nothing computed.

These classes are the contract of the file formats: `foedus.case.schemas` is generated from them, and
everything after `foedus.problem.compile` works on arrays instead.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, PositiveFloat, model_validator

from foedus.case.parts import Band as Band
from foedus.case.parts import Day as Day
from foedus.case.parts import Document as Document
from foedus.case.parts import Identifier as Identifier
from foedus.case.parts import Lang as Lang
from foedus.case.parts import Probability as Probability
from foedus.case.parts import Text as Text
from foedus.case.rows import Count as Count
from foedus.case.rows import Judgment as Judgment
from foedus.case.rows import Moment as Moment
from foedus.case.rows import ReferenceCase as ReferenceCase
from foedus.case.rows import Resolution as Resolution
from foedus.case.rows import Seed as Seed
from foedus.case.rows import Signal as Signal
from foedus.case.vocabulary import PLOVER_MODES
from foedus.errors import nearest

# -- case.yaml ---------------------------------------------------------------------------------

Fit = Literal[
    "points", "best", "normal", "student_t", "skew_normal", "log_normal", "log_t", "gamma", "beta", "mirror_log_normal",
    "mirror_log_t", "mirror_gamma", "metalog"
]  # fmt: skip


class Level(Document):
    """One level of an ordinal or nominal question; written as its id, or with a title and meaning."""

    id: Identifier
    title: Text | None = None
    means: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"id": value} if isinstance(value, str) else value


class _Question(Document):
    title: Text | None = None
    resolves: Text | None = None
    half_life: Band | None = None  # days; None: the stated default, listed in the account
    only_if: str | None = None
    resolves_with: Identifier | None = None
    date_zone: str | None = None


class Timing(_Question):
    """When: a civil day in (opens, horizon], or never."""

    type: Literal["timing"]
    opens: Day | None = None
    horizon: Day | None = None
    fit: Fit | None = None


class Ordinal(_Question):
    """Which of several ordered levels; two levels make a yes/no question."""

    type: Literal["ordinal"]
    levels: tuple[Level, ...] = Field(min_length=2, max_length=50)
    decided_on: Day | None = None


class Quantity(_Question):
    """How much: a number between two bounds, either of which may be open."""

    type: Literal["quantity"]
    unit: Text
    lower: float | None = None
    upper: float | None = None
    decided_on: Day | None = None
    fit: Fit | None = None


class Nominal(_Question):
    """Which of several levels without an order; hangs on one parent, or stands alone."""

    type: Literal["nominal"]
    levels: tuple[Level, ...] = Field(min_length=2, max_length=50)
    parent: Identifier | None = None
    decided_on: Day | None = None


Question = Annotated[Timing | Ordinal | Quantity | Nominal, Field(discriminator="type")]


class Expert(Document):
    """A member of the panel: a person, a base rate, or a market."""

    kind: Literal["person", "base_rate", "market"] = "person"
    weight: float = Field(default=1.0, ge=0)
    title: Text | None = None
    data_until: Day | None = None
    since: Day | None = None  # where the waiting times of a reference class begin; default: when the question opens
    source: str | None = None
    fit: Fit | None = None  # overrides the question's; None: the question's, else `points`
    illustrative: bool = False  # invented numbers; marked as such wherever they appear


class Scenario(Document):
    """A named logical expression over outcomes."""

    when: str
    title: Text | None = None
    description: Text | None = None


class Headline(Scenario):
    """A proposition that the report leads with; `say` completes "the chance that ..." ("... 가능성")."""

    say: Text | None = None


class CalendarDate(Document):
    """A date to watch; `when` is what would have happened by then, to show what that changes."""

    date: Day
    title: Text
    when: str | None = None


Method = Literal["linear", "log", "quantile", "median", "probit", "beta", "log_odds", "hierarchical"]


class Pooling(Document):
    """How the panel becomes one prior."""

    method: Method = "linear"
    weights: Literal["equal", "performance", "given"] = "equal"
    alternatives: tuple[Method, ...] = ()  # rules that parameter draws take as often: disagreement of rules as a range
    cutoff: float | None = Field(default=None, ge=0, le=1)  # of calibration, for performance; default: the best one
    beta: tuple[PositiveFloat, PositiveFloat] | None = None  # shapes of method beta; default: fitted to the seeds
    extremizing: float | None = Field(default=None, gt=0)  # factor of log_odds; default: Neyman and Roughgarden's


class LimitsGiven(Document):
    """What a forecast must reach to be called good, where a case wants another limit than the usual one."""

    ess: float | None = Field(default=None, gt=0)
    outer_ess: float | None = Field(default=None, gt=0)
    pareto_k: float | None = Field(default=None, gt=0, le=1)
    mcse: float | None = Field(default=None, gt=0, le=1)


class Settings(Document):
    """Stated defaults of the model and the sampler; all can be changed in `case.yaml`."""

    draws: int = Field(default=512, ge=16, le=65536)  # parameter draws M
    points: int = Field(default=128, ge=4, le=65536, multiple_of=2)  # outcome draws for each parameter draw
    shared_error: float = Field(default=0.3, ge=0)  # sd in log-odds of the error all experts share
    weight_concentration: float | None = Field(default=None, gt=0)  # default: number of experts
    tempering: float = Field(default=0.3, ge=0)  # n signals in a week count 1 / (1 + tempering (n - 1))
    spread: float = Field(default=1.5, ge=1)  # factor either way on multipliers without a band
    shared_telling: float = Field(default=0.25, ge=0, le=1)  # part of telling-ness that all codes share
    dependence_spread: float = Field(default=0.2, ge=0)  # sd of the log strength of dependence
    half_life: Band = Band(low=30, middle=90, high=270)  # days, where a question gives none
    limits: LimitsGiven = LimitsGiven()


class CaseFile(Document):
    """`case.yaml`: questions, panel, scenarios, calendar, settings."""

    format: Literal[1]
    id: Identifier
    title: Text
    timezone: str = "UTC"
    opens: Day
    horizon: Day
    questions: dict[Identifier, Question] = Field(min_length=1, max_length=100)
    panel: dict[Identifier, Expert] = Field(min_length=1, max_length=500)
    scenarios: dict[Identifier, Scenario] = Field(default_factory=dict, max_length=100)
    headlines: dict[Identifier, Headline] = Field(default_factory=dict, max_length=12)
    calendar: tuple[CalendarDate, ...] = Field(default=(), max_length=500)
    pooling: Pooling = Pooling()
    settings: Settings = Settings()


# -- codebook.yaml -----------------------------------------------------------------------------


Required = Literal["actor_level", "auxiliary", "confirmed_by_other_side", "credibility", "issue"]
SourceType = Literal[
    "official_document", "official_on_record", "official_anonymous", "wire", "newspaper", "broadcast", "think_tank",
    "social", "machine",
]  # fmt: skip


class Group(Document):
    """Signals of one intent; `within` days they are capped together (default: always)."""

    name: Identifier
    cap: Literal["strongest", "average", "all"] = "strongest"
    within: float | None = Field(default=None, gt=0)


class Bearing(Document):
    """How a code bears on one question: the multiplier of every kind of outcome."""

    by: Literal["level", "value", "date", "lead", "target"]
    multipliers: dict[str, Band] | None = None
    probability_present: dict[str, Band] | None = None
    by_speaker: dict[str, dict[str, Band]] = Field(default_factory=dict)
    spread: float | None = Field(default=None, ge=1)
    basis: Literal["empirical", "elicited", "assumed"] = "assumed"
    source: str | None = None

    @property
    def flat(self) -> bool:
        """Whether it is the same for every outcome, whatever is uncertain: then it says nothing."""
        own = [
            numbers.values()
            for numbers in (self.multipliers or self.probability_present, *self.by_speaker.values())
            if numbers
        ]
        bands = [band for numbers in own for band in numbers]
        return all(band.certain and band.middle == bands[0].middle for band in bands)


class Plover(Document):
    """The nearest PLOVER event: what, how, in which contexts; written as `AGREE`, `CONSULT:visit`, or in full."""

    event: Literal[
        "AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST", "ACCUSE", "REJECT",
        "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT"
    ]  # fmt: skip
    mode: str | None = None
    contexts: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        event, _, mode = value.partition(":")
        return {"event": event} | ({"mode": mode} if mode else {})

    @model_validator(mode="after")
    def _known_mode(self) -> Self:
        known = PLOVER_MODES.get(self.event, ())
        if self.mode is not None and self.mode not in known:
            msg = f"{self.event} has no mode {self.mode!r}; {nearest(self.mode, known) if known else 'leave it away'}"
            raise ValueError(msg)
        return self

    def __str__(self) -> str:
        return f"{self.event}:{self.mode}" if self.mode else self.event


class Code(Document):
    """One kind of signal: what counts as it, and how telling it is."""

    title: Text | None = None
    definition: Text | None = None
    include: tuple[Text, ...] = ()
    exclude: tuple[Text, ...] = ()
    near_misses: tuple[Text, ...] = ()
    examples: tuple[Text, ...] = ()
    plover: Plover | None = None
    cameo: tuple[str, ...] = ()
    requires: dict[Required, tuple[str, ...]] = Field(
        default_factory=dict
    )  # what a row with this code must say, of these
    kind: Literal["signal", "per_document", "counted"] = "signal"
    sees: Literal["course", "outcome"] = "course"
    group: Group | None = None
    bears_on: dict[Identifier, Bearing] = Field(default_factory=dict)
    base_rate: Band | None = None  # a month (30.44 days) on a course with multiplier 1
    coverage: Literal["seen", "exhaustive"] = "seen"
    dispersion: Band | None = None  # of counts: variance = mean + dispersion * mean^2; None: 0, Poisson
    spread: float | None = Field(default=None, ge=1)
    contradicts: tuple[
        Identifier, ...
    ] = ()  # codes that say the opposite of the same event, as a denial does of a report
    max_per_week: int | None = Field(default=None, ge=1)  # of what counts on one question in seven days; None: all
    since: str | None = None
    deprecated: str | None = None  # the version from which it is no longer coded
    replaced_by: Identifier | None = None  # what its rows are read as, once it is deprecated
    note: Text | None = None


class Combination(Document):
    """The joint multiplier of several codes voiced in one statement."""

    codes: tuple[Identifier, ...] = Field(min_length=2)
    bears_on: dict[Identifier, Bearing]


class Source(Document):
    """An outlet, office or person that reports; `credence` overrides the Admiralty letter."""

    title: Text | None = None
    reliability: Literal["A", "B", "C", "D", "E", "F"] = "F"
    type: SourceType | None = None
    credence: Band | None = None
    side: str | None = None  # ISO 3166 alpha-3 of the state it speaks for, if any
    url: str | None = None
    note: Text | None = None


class Codebook(Document):
    """`codebook.yaml`: codes with multipliers, joint multipliers, and sources."""

    format: Literal[1] = 1
    version: str = Field(default="1.0.0", pattern=r"^\d+\.\d+\.\d+$")
    based_on: str | None = None  # another codebook and its version that this one began as
    title: Text | None = None
    codes: dict[Identifier, Code] = Field(default_factory=dict)
    combine: tuple[Combination, ...] = ()
    sources: dict[Identifier, Source] = Field(default_factory=dict)
    topics: dict[Identifier, Text] = Field(default_factory=dict)  # titles of what `issue` names beside questions


class Case(Document):
    """A whole case, checked. `inputs` maps each file to its SHA-256."""

    folder: str
    file: CaseFile
    codebook: Codebook
    judgments: tuple[Judgment, ...]
    signals: tuple[Signal, ...]
    counts: tuple[Count, ...] = ()
    resolutions: tuple[Resolution, ...]
    seeds: tuple[Seed, ...] = ()
    reference: tuple[ReferenceCase, ...] = ()
    inputs: dict[str, str]
    warnings: tuple[str, ...] = ()
    skipped: tuple[
        tuple[str, str], ...
    ] = ()  # rows of signals.csv set aside on loading (id, why), where that was asked for
    renamed: dict[str, str] = Field(
        default_factory=dict
    )  # deprecated codes that rows carried, and what they were read as

    @property
    def illustrative(self) -> bool:
        """Whether any member of the panel carries invented numbers."""
        return any(expert.illustrative for expert in self.file.panel.values())
