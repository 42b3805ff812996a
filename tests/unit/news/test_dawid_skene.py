"""The model of coders: exact where it can be summed, calibrated, careful with few labels, and blind to names."""

from __future__ import annotations

import time

import numpy as np
import pytest
from scipy.stats import t as student

from calibration import Record, rank
from foedus.news.coders.canonical import patterns
from foedus.news.coders.dawid_skene import Run, _Gibbs, dawid_skene, split_rhat
from plain_coders import drawn, exact_truth, maximum_likelihood

FALSE_ALARM = 1e-4
SHORT = Run(chains=8, warmup=60, steps=120, rounds=1, draws=400)
NINE = np.array([[0, 0, 0], [1, 1, 1], [0, 0, 0]])


def written(rng: np.random.Generator, items: int, coders: int, codes: int) -> np.ndarray:
    labels = drawn(rng, items, coders, codes)[1]
    labels[rng.random(labels.shape) < 0.15] = -1
    return labels[(labels >= 0).any(axis=1)]


# -- against sums ------------------------------------------------------------------------------


def off(rng: np.random.Generator, cases: int, exact: bool = True) -> tuple[float, float]:
    """Largest difference from the sum over all truths, in Monte Carlo errors, and its bound."""
    z = []
    for i in range(cases):
        labels = written(rng, int(rng.integers(2, 8)), int(rng.integers(2, 5)), 2)
        decided = np.where(rng.random(len(labels)) < 0.2, rng.integers(0, 2, len(labels)), -1) if i % 2 else None
        found = dawid_skene(labels, 2, decided)
        wanted = exact_truth(labels, decided)[:, 0] if exact else maximum_likelihood(labels, 2)[0][:, 0]
        error = found.error[:, 0]
        sampled = error > 1e-12
        np.testing.assert_allclose(found.truth[~sampled, 0], wanted[~sampled], atol=1e-6 if exact else 1)
        z += (np.abs(found.truth[:, 0] - wanted)[sampled] / error[sampled]).tolist()
    return max(z), float(student.isf(FALSE_ALARM / 2 / len(z), Run().chains - 1))


def test_two_codes_are_what_summing_over_every_truth_gives(rng: np.random.Generator) -> None:
    worst, bound = off(rng, 5)
    assert worst < bound


def test_maximum_likelihood_is_not(rng: np.random.Generator) -> None:
    """The negative control."""
    worst, bound = off(rng, 4, exact=False)
    assert worst > bound


# -- few labels --------------------------------------------------------------------------------


def test_nine_labels_do_not_make_it_certain() -> None:
    """Three coders agree on three texts: maximum likelihood has no doubt left, the sum over all truths has."""
    found, wanted = dawid_skene(NINE, 2), exact_truth(NINE)
    assert maximum_likelihood(NINE, 2)[0].max(axis=1).min() > 0.9998
    assert found.truth.max() < 0.99
    bound = student.isf(FALSE_ALARM / 2 / wanted.size, Run().chains - 1)
    assert (np.abs(found.truth - wanted) < bound * found.error).all()


def test_two_against_one_is_far_from_certain() -> None:
    labels = np.array([[0, 0, 0], [1, 1, 1], [0, 0, 1]])
    assert maximum_likelihood(labels, 2)[0][2, 0] > 0.9998
    assert 0.6 < dawid_skene(labels, 2).truth[2, 0] < 0.95


def test_one_against_one_is_a_draw_to_the_last_digit() -> None:
    alone = dawid_skene(np.array([[0, 1]]), 2).truth
    assert alone[0, 0] == alone[0, 1] == pytest.approx(0.5, abs=1e-12)
    ring = dawid_skene(np.array([[0, 1], [1, 0], [2, 3], [3, 4], [4, 2]]), 5).truth
    assert ring[0, 0] == ring[0, 1]
    assert ring[2, 2] == ring[2, 3]
    odd = dawid_skene(np.array([[0, 1], [0, 0], [0, 0]]), 2).truth  # one of the codes is the commoner
    assert odd[0, 0] > odd[0, 1]


# -- calibration -------------------------------------------------------------------------------


def recorded(rng: np.random.Generator, runs: int, careless: bool = False) -> Record:
    """Ranks of accuracies among posterior draws, and bets on what one text of each history says."""
    record = Record()
    for _ in range(runs):
        items, coders, codes = int(rng.integers(3, 16)), int(rng.integers(2, 5)), int(rng.integers(2, 5))
        truth, labels, theta = drawn(rng, items, coders, codes)
        there = int(rng.integers(items))
        if careless:
            p = np.clip(maximum_likelihood(labels, codes)[0], 0.011, 0.989)  # never so sure that no bet is taken
        else:
            found = dawid_skene(labels, codes, run=SHORT)
            p, draws = found.truth, found.confusion
            share = np.full(len(draws), 1 / len(draws))
            record.ranks["right"].append(rank(theta[0, 0, 0], draws[:, 0, 0, 0].astype(float), share, rng))
            record.ranks["slip"].append(rank(theta[1, 1, 0], draws[:, 1, 1, 0].astype(float), share, rng))
        top = int(p[there].argmax())
        record.on("most probable code", float(p[there, top]), truth[there] == top)
        differs = [i for i in range(items) if len(set(labels[i])) > 1]
        if differs:
            i = int(rng.choice(differs))
            k = int(labels[i, 0])
            record.on("first coder is right", float(p[i, k]), truth[i] == k)
    return record


def test_it_is_calibrated(rng: np.random.Generator) -> None:
    chance, which = recorded(rng, 40).alarm()
    assert chance > FALSE_ALARM, which


def test_maximum_likelihood_is_not_calibrated(rng: np.random.Generator) -> None:
    """The negative control: who bets on where coders differ wins against it."""
    chance, _ = recorded(rng, 250, careless=True).alarm()
    assert chance < FALSE_ALARM


@pytest.mark.slow
def test_it_is_calibrated_over_many_histories(rng: np.random.Generator) -> None:
    chance, which = recorded(rng, 600).alarm()
    assert chance > FALSE_ALARM, which


# -- what it learns ----------------------------------------------------------------------------


def with_a_guesser(rng: np.random.Generator, items: int) -> tuple[np.ndarray, np.ndarray]:
    """Two coders of 90 %, and a third who guesses: truth, and what was written."""
    truth = rng.integers(0, 4, items)
    labels = np.stack([np.where(rng.random(items) < 0.9, truth, rng.integers(0, 4, items)) for _ in range(3)], axis=1)
    labels[:, 2] = rng.integers(0, 4, items)
    return truth, labels


def test_a_coder_who_guesses_is_found_out_and_hardly_counts(rng: np.random.Generator) -> None:
    _, labels = with_a_guesser(rng, 120)
    three, two = dawid_skene(labels, 4), dawid_skene(labels[:, :2], 4)
    low, high = np.quantile(three.accuracy, [0.05, 0.95], axis=0)
    assert high[2] < low[:2].min()
    agreed = labels[:, 0] == labels[:, 1]
    assert np.abs(three.truth - two.truth)[agreed].max() < 0.1
    assert np.abs(three.truth - two.truth)[agreed].mean() < 0.01


def test_what_was_decided_is_the_truth_and_shows_who_was_right(rng: np.random.Generator) -> None:
    truth = rng.integers(0, 3, 40)
    labels = np.stack([truth, np.where(rng.random(40) < 0.5, truth, (truth + 1) % 3)], axis=1)
    alone, told = dawid_skene(labels, 3), dawid_skene(labels, 3, truth)
    assert np.array_equal(told.truth, np.eye(3)[truth])
    gap = [np.subtract(*found.accuracy.mean(axis=0)) for found in (alone, told)]
    assert gap[1] > 0.2
    assert gap[1] > gap[0] + 0.1


# -- names and order ---------------------------------------------------------------------------


def test_names_and_order_change_nothing_at_all(rng: np.random.Generator) -> None:
    for _ in range(3):
        used, labels = np.unique(written(rng, 12, 3, 4), return_inverse=True)  # codes that somebody chose
        labels, k = labels - int(used[0] == -1), int((used >= 0).sum())
        rows, coders, codes = rng.permutation(len(labels)), rng.permutation(3), rng.permutation(k)
        other = np.where(labels >= 0, codes[labels], -1)[rows][:, coders]
        first, second = dawid_skene(labels, k), dawid_skene(other, k)
        assert np.array_equal(second.truth[:, codes], first.truth[rows])
        assert np.array_equal(second.accuracy, first.accuracy[:, coders])


def test_the_same_again_is_the_same_bytes(rng: np.random.Generator) -> None:
    labels = written(rng, 10, 2, 3)
    made = patterns(labels, np.full(len(labels), -1), 3)
    runs = [_Gibbs(made, SHORT, np.random.default_rng(1)).posterior() for _ in range(2)]
    assert runs[0].truth.tobytes() == runs[1].truth.tobytes()
    assert dawid_skene(labels, 3, run=SHORT).truth.tobytes() == dawid_skene(labels.copy(), 3, run=SHORT).truth.tobytes()


def test_what_nothing_tells_apart_is_averaged_and_nothing_else(rng: np.random.Generator) -> None:
    """Averages over what is alike are those of the chains, up to their errors: also on a ring, where all look alike."""
    ring = np.array([[0, 1], [1, 0], [2, 3], [3, 4], [4, 2]])
    for labels, codes in [(ring, 5), (written(rng, 9, 3, 3), 3)]:
        made = patterns(labels, np.full(len(labels), -1), codes)
        apart = np.arange(made.alike.size).reshape(made.alike.shape)
        plain = _Gibbs(made.__class__(**{**vars(made), "alike": apart}), Run(), np.random.default_rng(2)).posterior()
        joint = _Gibbs(made, Run(), np.random.default_rng(3)).posterior()
        error = np.hypot(plain.error, joint.error)
        z = np.abs(plain.truth - joint.truth)[error > 1e-9] / error[error > 1e-9]
        assert z.max(initial=0.0) < student.isf(FALSE_ALARM / 2 / z.size, Run().chains - 1)


def test_one_code_alone_and_many_codes_are_fine(rng: np.random.Generator) -> None:
    assert dawid_skene(np.zeros((3, 2), dtype=int), 1).truth.tolist() == [[1.0]] * 3
    truth = rng.integers(0, 60, 60)
    found = dawid_skene(np.stack([truth, truth, rng.integers(0, 60, 60)], axis=1), 60, run=SHORT)
    assert (found.truth.argmax(axis=1) == truth).all()
    assert found.confusion.shape[1:] == (3, 60, 60)


# -- diagnostics and speed ---------------------------------------------------------------------


def test_chains_that_disagree_are_seen(rng: np.random.Generator) -> None:
    same = rng.normal(size=(400, 4, 3))
    assert split_rhat(same) < 1.05
    same[:, 0, 1] += 1.5
    assert split_rhat(same) > 1.05
    assert split_rhat(np.ones((40, 4, 2))) == 1.0


def test_hundreds_of_signals_by_five_coders_take_seconds(rng: np.random.Generator) -> None:
    """A bound of several times what it takes on an idle core: one second."""
    truth = rng.integers(0, 10, 300)
    labels = np.where(rng.random((300, 5)) < 0.8, truth[:, None], rng.integers(0, 10, (300, 5)))
    begun = time.process_time()
    found = dawid_skene(labels, 10)
    assert time.process_time() - begun < 8
    assert found.converged
    assert (found.truth.argmax(axis=1) == truth).mean() > 0.95
