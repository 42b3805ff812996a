"""How often each code is coded, apart from how telling it is: shares of what could have been coded, as parameters.

A coder who sees a course takes code k with probability s_k m_k / sum_j s_j m_j: the share s_k says how common the code
is, the multiplier m_k how the mix differs between courses. Shares held fixed would make a common code a telling one.
The log share is normal around that of the codebook's base rates, with the base rate's own band as its spread, or, where
there is none, around equal shares. What differs from it is one number of a code and question in all cases: where a code
is common in one case and rare in another, a case's own multipliers have to take it up. A report of nothing has the code
that is typical at these shares. Joint multipliers (`combine`) teach nothing of shares. What caps and tempering take off
is taken off here too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log
from typing import TYPE_CHECKING, Any

import numpy as np
import pytensor.tensor as pt

from foedus.bayes.stacks import Reports, padded
from foedus.news.credence import Z90
from foedus.problem.menu import code_shares, competing
from foedus.problem.types import Floats, Index

if TYPE_CHECKING:
    from foedus.bayes.learning_cases import Told
    from foedus.case.types import Code

Tensor = Any
WIDE = 1.5  # standard deviation of a log share of which the codebook says nothing, or one number: 12 times either way
_TINY = 1e-300


@dataclass(frozen=True)
class Menu:
    """Shares of the codes of every question of every case: N of them. K signals of J terms, as in `Reports`.

    Attributes
    ----------
    names : tuple of (code, question)
        Whose frequencies are parameters, over all cases: F of them.
    basis : array [F, F]
        Orthogonal, from standard normals that are sampled to those of `names`. One of each question moves all its codes
        alike, of which data say nothing; the others, which data can know well, are so kept apart from it.
    log_share, spread : array [N]
        Middle and standard deviation of a log share, before shares of one question are made to sum to 1.
    name, question : array [N]
        Place in `names`, and number of the question among those of all cases.
    of_term : array [J, R]
        Share of each code of a term; -1 where there is none.
    of_bar, silent : array [K, B], [K, S]
        Shares in the selection of each signal, and those of codes of which it says nothing; -1 for padding.
    """

    names: tuple[tuple[str, str], ...]
    basis: Floats
    log_share: Floats
    spread: Floats
    name: Index
    question: Index
    of_term: Index
    of_bar: Index
    silent: Index


def _spread(code: Code, *, known: bool) -> float:
    band = code.base_rate
    return WIDE if not known or band is None or band.certain else log(band.high / band.low) / (2 * Z90)


def joined_menu(cases: Sequence[Told]) -> Menu:
    """Gather the shares of all cases; a code and question of one name are one frequency."""
    entries: list[tuple[tuple[str, str], float, float, int]] = []
    terms: list[Index] = []
    bars: list[Index] = []
    silent: list[Index] = []
    asked = 0
    for told in cases:
        file, first = told.compiled.compiler.case, len(entries)
        questions = {told.problem.axes[q].id: q for q in np.unique(told.question).tolist()}
        for question, q in questions.items():
            codes = competing(file, question)
            known = all(code.base_rate is not None for code in codes.values())
            for name, share in code_shares(codes, question).items() if codes else ():
                entries.append(((name, question), log(share), _spread(codes[name], known=known), asked + q))
        asked += len(told.problem.axes)
        if told.reports is not None:
            place = {key: i for i, (key, *_) in enumerate(entries) if i >= first}
            of_term, of_bar = _places(told, place)
            terms += list(of_term)
            bars += list(of_bar)
            for k, bar in enumerate(of_bar):
                question = told.problem.axes[told.question[k]].id if k < len(told.question) else ""
                own = [i for (_, on), i in place.items() if on == question and (bar >= 0).any()]
                silent.append(np.setdiff1d(np.array(own, dtype=np.intp), bar))
    names = tuple(dict.fromkeys(key for key, *_ in entries))
    return Menu(
        names=names,
        basis=_basis(names, {key: spread for key, _, spread, _ in reversed(entries)}),
        log_share=np.array([entry[1] for entry in entries]),
        spread=np.array([entry[2] for entry in entries]),
        name=np.array([names.index(entry[0]) for entry in entries], dtype=np.intp),
        question=np.array([entry[3] for entry in entries], dtype=np.intp),
        of_term=padded(terms, -1) if terms else np.zeros((0, 1), dtype=np.intp),
        of_bar=padded(bars, -1) if bars else np.zeros((0, 1), dtype=np.intp),
        silent=padded(silent, -1, (1,)) if silent else np.zeros((0, 1), dtype=np.intp),
    )


def _basis(names: Sequence[tuple[str, str]], spread: dict[tuple[str, str], float]) -> Floats:
    """Orthogonal basis of the codes of each question, whose first vector adds the same to all their log shares."""
    out = np.zeros((len(names), len(names)))
    for question in dict.fromkeys(question for _, question in names):
        own = [i for i, (_, on) in enumerate(names) if on == question]
        alike = np.array([1 / spread[names[i]] for i in own])
        out[np.ix_(own, own)] = np.linalg.qr(np.column_stack([alike, np.eye(len(own))[:, 1:]]))[0]
    return out


def _places(told: Told, place: dict[tuple[str, str], int]) -> tuple[Index, Index]:
    """Share of each code of each term [J, R] and of each code of each selection [K, B]; -1 where there is none."""
    r = told.reports
    assert r is not None
    of_row = np.full(len(told.problem.tellings.middle), -1, dtype=np.intp)
    for key, (first, bands) in told.compiled.compiler.book.keys.items():
        of_row[first : first + len(bands)] = place.get((str(key[0]), str(key[1])), -1)
    on_the_menu = (r.counts > 0) & (r.presence == 0)[:, None] & (r.power > 0)[:, None]
    return (
        np.where(on_the_menu, of_row[r.rows[:, :, 0]], -1),
        np.where(r.shares > 0, of_row[r.codes[:, :, 0]], -1),
    )


def log_shares(menu: Menu, drawn: Tensor) -> Tensor:
    """Log shares [N] at standard normals [F]; those of one question of one case sum to 1."""
    xi = pt.dot(menu.basis, drawn)[menu.name]
    together = menu.question[:, None] == menu.question
    logs = menu.log_share + menu.spread * xi
    top = logs.max() if len(menu.names) else 0.0
    return logs - top - pt.log((together * pt.exp(logs - top)).sum(axis=1))


def with_shares(r: Reports, menu: Menu, middle: Floats, shares: Tensor) -> tuple[Reports, Tensor]:
    """Put log shares [N] into the selection, and return the log chance [K] of the codes against the codebook's.

    Parameters
    ----------
    middle : array [T]
        Log multipliers at the middle of every band.
    """
    now, usual = _put(r, menu, middle, shares), _put(r, menu, middle, pt.as_tensor_variable(menu.log_share))
    times = pt.exp(now[1] - usual[1])
    total = pt.zeros(len(r.exponent))[r.item].inc(r.weight)
    of_item = pt.zeros(len(r.exponent))[r.item].inc(r.weight * (times - 1)) / pt.maximum(total, _TINY) + 1
    return replace(now[0], weight=r.weight * times / of_item[r.item]), pt.log(pt.maximum(of_item, _TINY))


def _put(r: Reports, menu: Menu, middle: Floats, shares: Tensor) -> tuple[Reports, Tensor]:
    """Put shares into reports, and return the log chance [J] of the codes of each term, typical of the pool."""
    each = pt.concatenate([pt.exp(shares), pt.zeros(1)])
    bar = each[menu.of_bar]
    silent = pt.switch((menu.of_bar >= 0).any(axis=1), each[menu.silent].sum(axis=1), r.silent)
    typical = silent[:, None] + (bar[:, :, None] * np.exp(middle)[r.codes]).sum(axis=1)  # [K, G]
    logs = (pt.as_tensor_variable(middle)[r.rows] * r.counts[:, :, None]).sum(axis=1)  # [J, G]
    on_the_menu = pt.gt(r.scale, 0)[:, None]  # other multipliers have mean 1 as they are
    value = pt.exp(pt.switch(on_the_menu, logs, 0.0)) / typical[r.item] ** r.power[:, None]
    scale = pt.maximum((value * r.at.mass[r.item]).sum(axis=1), _TINY)
    own = pt.concatenate([shares, pt.zeros(1)])[menu.of_term].sum(axis=1)
    some = pt.ge(menu.of_term, 0).any(axis=1)
    chance = pt.switch(some, own + pt.log(scale), 0.0)
    known = pt.switch(pt.and_(some, on_the_menu[:, 0]), scale, r.scale)
    return replace(r, shares=bar, silent=silent, scale=known), chance
