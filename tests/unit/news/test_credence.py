"""Credence: what a letter and a number say of a report, and several reports of one event."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from foedus.case.types import Source
from foedus.news.credence import Z90, credence_prior, event_credence, logit


def quantiles(letter: str, number: str | None = None) -> tuple[float, float, float]:
    prior = credence_prior(Source(reliability=letter), number)
    low, high = prior.location - Z90 * prior.scale_below, prior.location + Z90 * prior.scale_above
    return float(expit(low)), prior.median, float(expit(high))


def test_letters_fall_from_a_to_e() -> None:
    medians = [quantiles(letter)[1] for letter in "ABCDE"]
    assert medians == sorted(medians, reverse=True)


def test_f_is_the_middle_with_a_wide_spread_and_not_the_bottom() -> None:
    low, middle, high = quantiles("F")
    assert quantiles("E")[1] < quantiles("D")[1] < middle < quantiles("C")[1]
    assert high - low > max(quantiles(letter)[2] - quantiles(letter)[0] for letter in "ABCDE")


def test_numbers_shift_and_six_only_widens() -> None:
    medians = [quantiles("C", number)[1] for number in "12345"]
    assert medians == sorted(medians, reverse=True)
    assert quantiles("C", "6") == quantiles("C", None)  # what nobody graded can't be judged
    low, middle, high = quantiles("C", "6")
    assert middle == quantiles("C", "3")[1]
    assert high - low > quantiles("C", "3")[2] - quantiles("C", "3")[0]


def test_a_stated_credence_overrides_letter_and_number() -> None:
    certain = credence_prior(Source(reliability="A", credence=0.3), "1")
    assert certain.certain == certain.median == 0.3
    band = credence_prior(Source(reliability="A", credence=[0.2, 0.6, 0.7]), "1")
    ends = (band.location - Z90 * band.scale_below, band.location, band.location + Z90 * band.scale_above)
    assert expit(ends) == pytest.approx([0.2, 0.6, 0.7])
    assert band.certain is None


@pytest.mark.parametrize("p", [0.0, 1.0])
def test_log_odds_stay_finite(p: float) -> None:
    assert np.isfinite(logit(p))


CREDENCES = np.array([[0.2, 0.9], [0.5, 0.1], [0.4, 0.4]])


@pytest.mark.parametrize(
    ("origins", "wanted"),
    [
        ([(False, [0]), (False, [1])], [0.5, 0.9]),  # five rumours of .2 are not a fact
        ([(False, [0, 1])], [0.5, 0.9]),
        ([(True, [0]), (True, [1])], [1 - 0.8 * 0.5, 1 - 0.1 * 0.9]),
        ([(True, [0]), (False, [1])], [0.5, 0.9]),  # one with access of its own is no second
        ([(True, [0]), (True, [2]), (False, [1])], [0.52, 1 - 0.1 * 0.6]),
    ],
)
def test_only_origins_with_access_of_their_own_add_up(
    origins: list[tuple[bool, list[int]]], wanted: list[float]
) -> None:
    found = event_credence([(own, np.array(at)) for own, at in origins], CREDENCES)
    np.testing.assert_allclose(found, wanted)
