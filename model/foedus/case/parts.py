"""The small parts that the documents of a case are made of: names, days, texts, bands."""

from __future__ import annotations

import datetime as dt
import math
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from foedus.case.values import parse_day

Identifier = Annotated[str, Field(pattern=r"^[^\W\d][\w-]*$", max_length=80)]
Probability = Annotated[float, Field(ge=0, le=1)]
Lang = Literal["en", "ko"]
Day = Annotated[dt.date, BeforeValidator(lambda value: parse_day(str(value)) if type(value) in (str, int) else value)]


class Document(BaseModel):
    """Base of everything read from a file: frozen, and an unknown field is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)


class Text(Document):
    """A text in one or both languages; written as a plain text or as `{en: ..., ko: ...}`."""

    en: str = ""
    ko: str = ""

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"en": value, "ko": value} if isinstance(value, str) else value

    def __call__(self, lang: str = "en") -> str:
        """Return the text in `lang`, or in the other language where that one is missing."""
        return (self.ko or self.en) if lang == "ko" else (self.en or self.ko)


class Band(Document):
    """A number that is certain, or a 90 % band `[low, middle, high]` around its middle."""

    model_config = ConfigDict(allow_inf_nan=True)

    low: float
    middle: float
    high: float

    @model_validator(mode="before")
    @classmethod
    def _number_or_triple(cls, value: Any) -> Any:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return {"low": value, "middle": value, "high": value}
        if isinstance(value, str) and value in {"inf", ".inf"}:
            return {"low": math.inf, "middle": math.inf, "high": math.inf}
        if isinstance(value, (list, tuple)):
            if len(value) != 3:
                msg = "write one number, or three: [low, middle, high]"
                raise ValueError(msg)
            return dict(zip(("low", "middle", "high"), value, strict=True))
        return value

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.middle <= self.high:
            msg = f"a band must not decrease, got [{self.low}, {self.middle}, {self.high}]"
            raise ValueError(msg)
        if math.isinf(self.high) and not self.certain:
            msg = "inf stands alone: write inf, or three finite numbers"
            raise ValueError(msg)
        return self

    @property
    def certain(self) -> bool:
        """Whether the band is a single number."""
        return self.low == self.high
