"""How alike texts are, in two languages."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest

from foedus.news.likeness import likeness, plain, shared_runs

ONE = [
    ("The role of U.S. forces could change, an official said", "official says role of US forces could change"),
    ("한미 정상회담을 8월에 개최하기로 합의했다", "한·미 정상 회담 8월 개최 합의"),
    ("한국과 미국은 제12차 방위비분담특별협정을 이행하기로 했다", "한미, 제12차 방위비 분담 특별협정 이행 합의"),
    ("about 4,500 troops could go to Guam", "4500 troops could go to Guam"),
]  # fmt: skip
TWO = [
    ("allies cannot agree on everything; it will take time", "the review is expected to be completed in early fall"),
    ("국방부는 주한미군 감축 보도를 부인했다", "외교부는 방위비 분담금 재협상 가능성을 일축했다"),
    ("Negotiators met for a third round of talks", "A retired general spoke at a forum in Seoul"),
]


def alike(a: str, b: str) -> float:
    return float(likeness([plain(a)], [plain(b)])[0])


@pytest.mark.parametrize(("a", "b"), ONE)
def test_one_text_in_other_words(a: str, b: str) -> None:
    assert alike(a, b) >= 0.8
    assert alike(a, b) == alike(b, a)
    x, y = plain(a), plain(b)
    assert shared_runs(x.signature()[None], y.signature()[None])[0] > 0.5


@pytest.mark.parametrize(("a", "b"), TWO)
def test_two_texts(a: str, b: str) -> None:
    assert alike(a, b) < 0.6


def test_particles_spaces_and_forms_of_hangul_say_nothing() -> None:
    assert plain("정상회담을 8월에").spaced == "정상회담 8월"
    assert plain("회의").spaced == "회의"  # too short to have lost a particle
    assert plain(unicodedata.normalize("NFD", "주한미군의 역할")) == plain("주한미군 역할")
    assert plain("The U.S. and the ROK's role").spaced == "us rok role"
    assert plain("4,500 of 28,500 troops, 1.5 percent").numbers == {"4500", "28500", "1.5"}


def test_scripts_and_sizes() -> None:
    assert [plain(text).script for text in ("한미 정상 talks 개최", "talks 한", "", "...")] == [
        "hangul",
        "other",
        "",
        "",
    ]
    assert plain("한미").size == 5
    assert plain(None).size == 0


def test_a_text_shares_all_its_runs_with_itself_and_none_with_nothing() -> None:
    a, nothing = plain("talks on troops").signature(), plain("").signature()
    np.testing.assert_array_equal(shared_runs(np.array([a, a]), np.array([a, nothing])), [1, 0])
    assert likeness([], []).shape == (0,)
