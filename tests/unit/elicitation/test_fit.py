"""What can't be honoured is refused, and said why; what can is, in the corners too."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from foedus.elicitation.chips import fit_chips
from foedus.elicitation.fit import MisfitError, fit_quantiles

MISFITS: list[tuple[Any, Any, dict[str, Any], str]] = [
    ([0.5, 1.0], [1, 2], {}, "a quantile level lies between 0 and 1, got 1"),
    ([0.25, 0.75], [2, 1], {}, "the 0.25 quantile 2 contradicts those at or below 2: quantiles increase with their"),
    ([0.25, 0.75], [2, 2], {}, "two share a value only where `exactly` gives it enough"),
    ([0.25, 0.75], [2, 2], {"atoms": ((2, 0.4),)}, "two quantiles fall on 2, further apart than the probability given"),
    ([0.25, 0.75], [1, 3], {"atoms": ((2, 0.6),)}, "contradicts those at or below"),
    ([0.05, 0.75], [1, 3], {"atoms": ((0, 0.1),)}, "the 0.05 quantile 1 contradicts the probability given to values"),
    ([0.05, 0.95], [1, 3], {"atoms": ((4, 0.1),)}, "the 0.95 quantile 3 contradicts the probability given to values"),
    ([0.5], [1], {}, "a single quantile has no width: give a second one, or lower and upper bounds"),
    ([], [], {"atoms": ((0, 0.4),)}, "no quantile is given for the probability that `exactly` leaves over"),
    ([0.2, 0.5], [0, 1], {"lower": 0}, "the 0.2 quantile 0 does not lie between the bounds 0 and inf"),
    (
        [0.4, 0.5, 0.9],
        [0, 1, 2],
        {"lower": 0, "atoms": ((0, 0.3),)},
        "a quantile falls on the bound 0, which `exactly`",
    ),
    ([0.2, 0.5], [0, 1], {"atoms": ((3, 0.6), (4, 0.6))}, "the values given exactly hold 1.2 together"),
    ([0.2, 0.5], [0, 1], {"atoms": ((3, 0.1), (3, 0.1))}, "a value is given exactly twice"),
    ([0.2, 0.5], [2, 3], {"lower": 1, "atoms": ((0, 0.1),)}, "the value 0 given exactly lies outside the bounds 1 to"),
    (
        [0.2],
        [1],
        {"atoms": ((0, 0.5), (1, 0.5))},
        "the 0.2 quantile 1 contradicts the probability given to values exact",
    ),
]


@pytest.mark.parametrize(("levels", "values", "more", "match"), MISFITS)
def test_contradictions_are_told(levels: Any, values: Any, more: dict[str, Any], match: str) -> None:
    with pytest.raises(MisfitError, match=match):
        fit_quantiles(levels, values, **more)


def test_a_misfit_tells_values_as_its_caller_writes_them() -> None:
    with pytest.raises(MisfitError, match="quantile 2 contradicts") as caught:
        fit_quantiles([0.75, 0.25], [1, 2])
    assert caught.value.row == 1
    assert "quantile day 2 contradicts" in caught.value.tell("day {:g}".format)


def test_an_atom_with_everything() -> None:
    fitted = fit_quantiles([0.5], [3], atoms=((3, 1.0),))
    np.testing.assert_array_equal(fitted.quantile([0, 0.2, 1]), 3)
    np.testing.assert_array_equal([fitted.cdf_left(3), fitted.cdf(3), fitted.sf(3), fitted.rest], [0, 1, 0, 0])


def test_atoms_that_hold_everything_together() -> None:
    fitted = fit_quantiles([0.3, 0.4], [0, 1], atoms=((1, 0.7), (0, 0.3)))
    np.testing.assert_array_equal(fitted.quantile([0.1, 0.3, 0.31, 0.9]), [0, 0, 1, 1])
    assert fitted.residual == 0


def test_an_atom_pulls_the_curve_only_as_far_as_a_quantile_on_it_needs() -> None:
    loose = fit_quantiles([0.05, 0.5, 0.95], [-2, 0, 10], atoms=((0, 0.4),))
    assert loose.cdf_left(0) < 0.5 < loose.cdf(0)
    pinned = fit_quantiles([0.05, 0.7, 0.95], [-2, 0, 20], atoms=((0, 0.1),))
    np.testing.assert_allclose(pinned.cdf(0), 0.7, rtol=1e-13)
    np.testing.assert_allclose(pinned.cdf([-2, 20]), [0.05, 0.95], rtol=1e-13)


def test_an_atom_on_a_bound() -> None:
    fitted = fit_quantiles([0.2, 0.6, 0.9], [0, 3, 5], lower=0, atoms=((0, 0.3),))
    np.testing.assert_allclose(fitted.cdf([0, 3, 5]), [0.3, 0.6, 0.9], rtol=1e-13)
    assert fitted.cdf_left(0) == 0
    np.testing.assert_array_equal(fitted.quantile([0.0, 0.1, 0.3]), 0)


def test_one_quantile_between_two_bounds_is_uniform_on_either_side() -> None:
    fitted = fit_quantiles([0.2], [12], lower=10, upper=30)
    np.testing.assert_allclose(fitted.cdf([10, 11, 12, 21, 30]), [0, 0.1, 0.2, 0.6, 1], rtol=1e-14)


def test_one_quantile_under_an_upper_bound() -> None:
    fitted = fit_quantiles([0.2], [12], upper=30)
    np.testing.assert_allclose(fitted.cdf([-6, 12, 30]), [0.04, 0.2, 1], rtol=1e-14)


CHIP_MISFITS: list[tuple[Any, Any, dict[str, Any], str]] = [
    ([(0, 1), (1, 2)], [0, 0], {}, "not a single chip"),
    ([(0, 1), (1, 2)], [-1, 2], {}, "a number of chips is 0 or more, got -1"),
    ([(0, 1), (0.5, 2)], [1, 2], {}, r"the bin 0.5..2 overlaps the one before it"),
    ([(1, 0)], [1], {}, r"the bin 1..0 is empty"),
    ([(0, 1)], [1], {"upper": 0.5}, r"the bin 0..1 leaves the bounds -inf to 0.5"),
    ([(0, 1), (1, np.inf)], [1, 1], {"upper": 1}, r"the open bin 1..inf has no room inside the bounds -inf to 1"),
    ([(0, 1), (1, np.inf)], [0, 1], {}, "an open bin takes its tail from the bin beside it"),
    ([(0, 1), (2, np.inf)], [1, 1], {}, "an open bin takes its tail from the bin beside it"),
    ([(0, 1), (1, 2)], [1, 1], {"atoms": ((0.5, 0.6),)}, "the value 0.5 is given 0.6 exactly, more than the chips"),
    ([(0, 1), (2, 3)], [1, 1], {"atoms": ((1.5, 0.1),)}, "the value 1.5 is given 0.1 exactly, more than the chips"),
]


@pytest.mark.parametrize(("bins", "chips", "more", "match"), CHIP_MISFITS)
def test_bins_that_make_no_picture_are_told(bins: Any, chips: Any, more: dict[str, Any], match: str) -> None:
    with pytest.raises(MisfitError, match=match):
        fit_chips(bins, chips, **more)


def test_chips_hold_the_atom_in_their_bin() -> None:
    fitted = fit_chips([(0, 1), (1, 2)], [1, 3], atoms=((1, 0.25), (1.5, 0.25)))
    np.testing.assert_allclose(fitted.cdf([0, 0.99, 1, 1.5, 2]), [0, 0, 0.25, 0.75, 1], atol=1e-15)
    assert fitted.residual < 1e-15


def test_chips_that_are_all_atoms() -> None:
    fitted = fit_chips([(0, 1)], [2], atoms=((0, 0.5), (1, 0.5)))
    assert fitted.shape is None
    assert fitted.residual == 0


def test_an_open_bin_fuller_than_its_neighbour_is_uniform_up_to_the_bound() -> None:
    fitted = fit_chips([(-np.inf, 10), (10, 20)], [9, 1], lower=0)
    np.testing.assert_allclose(fitted.cdf([5, 10, 20]), [0.45, 0.9, 1], rtol=1e-14)


def test_gaps_between_bins_hold_nothing() -> None:
    fitted = fit_chips([(0, 1), (2, 3)], [1, 1])
    np.testing.assert_allclose(fitted.cdf([1, 1.5, 2]), 0.5)
    np.testing.assert_allclose(fitted.quantile([0.25, 0.5, 0.75]), [0.5, 1, 2.5])
