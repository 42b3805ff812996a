"""What preceded meetings of the two presidents, 2011-2014: multipliers, and how they did on years kept aside.

python scenarios/history-rok-us-2011-2014/run.py            the multipliers: a minute
python scenarios/history-rok-us-2011-2014/run.py --aside    and each year predicted from others: ten minutes
"""

import sys
from pathlib import Path

import numpy as np

from foedus.bayes.holdout import keep_aside
from foedus.bayes.learning import learn_counts
from foedus.bayes.lessons import history_lessons
from foedus.news.history import History, read_history
from foedus.news.leads import design


def main() -> None:
    folder = Path(__file__).parent
    history = read_history(folder / "weekly_counts.csv", folder / "summits.csv")
    rng = np.random.default_rng(1)
    learned = learn_counts(design(history), rng)
    for sentence in learned.complaints:
        print("Do not use these numbers:", sentence)
    print("Multiplier before a meeting, by rate and by presence in a week, for an era not seen yet: 5, 50, 95 %")
    for series in history_lessons(learned, rng):
        for rate, seen in zip(series.rate, series.presence, strict=True):
            numbers = "   ".join("{:6.2f} {:6.2f} {:6.2f}".format(*one.posterior) for one in (rate, seen))
            print(f"{series.name:24}{rate.name[1]:>6}   {numbers}")
    if "--aside" in sys.argv:
        for ahead, years in [(True, (2013, 2014)), (False, (2012, 2013, 2014))]:
            years_aside(history, years, rng, ahead=ahead)
        presence_within_30_days(history, rng)


def presence_within_30_days(history: History, rng: np.random.Generator) -> None:
    print("Multiplier by presence of the 30 days before a meeting as one band: 5, 50, 95 %")
    learned = learn_counts(design(history, (30, 60, 90)), rng)
    for sentence in learned.complaints:
        print("Do not use these numbers:", sentence)
    for series in history_lessons(learned, rng):
        print(f"{series.name:24}" + "{:6.2f} {:6.2f} {:6.2f}".format(*series.presence[0].posterior))


def years_aside(history: History, years: tuple[int, ...], rng: np.random.Generator, *, ahead: bool) -> None:
    """Sum of log scores of weeks, each by itself, over that of a model fitted with multipliers of 1; and coverage."""
    gains = []
    for year in years:
        kept = keep_aside(history, year, rng, ahead=ahead)
        for sentence in kept.fit.complaints:
            print("Do not use these numbers:", sentence)
        gains.append(kept.gain())
        print(
            f"{year} from {'earlier years' if ahead else 'all others'}: gain {{:+.1f}} (standard error {{:.1f}}".format(
                *gains[-1]
            )
            + f", Monte Carlo {kept.monte_carlo:.1f}), "
            "of it in weeks without a day after a meeting {:+.1f} ({:.1f}); ".format(*kept.gain(before=True))
            + "over the same baselines with 1 {:+.1f} ({:.1f}); inside 90 %: ".format(*kept.gain(over="ones"))
            + "{:.0%} of {} counts, ".format(*kept.coverage())
            + "{:.0%} of {} sums by code and band".format(*kept.coverage_of_totals()),
            flush=True,
        )
    total, error = np.array(gains).T
    print(f"together {total.sum():+.1f} ({np.sqrt((error**2).sum()):.1f})", flush=True)


if __name__ == "__main__":  # chains are processes of their own, which read this file again
    main()
