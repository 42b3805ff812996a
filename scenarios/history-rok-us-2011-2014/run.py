"""What preceded meetings of the two presidents, 2011-2014: multipliers, and how they did on years kept aside.

python scenarios/history-rok-us-2011-2014/run.py            the multipliers: a minute
python scenarios/history-rok-us-2011-2014/run.py --aside    and each year predicted from others: five minutes
"""

import sys
from pathlib import Path

import numpy as np

from foedus.bayes.holdout import keep_aside
from foedus.bayes.learning import learn_counts
from foedus.bayes.lessons import history_lessons
from foedus.news.history import read_history
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
    for year, ahead in [(2013, True), (2014, True), (2012, False), (2013, False), (2014, False)]:
        if "--aside" in sys.argv:
            kept = keep_aside(history, year, rng, ahead=ahead)
            covered, _ = kept.coverage()
            print(
                f"{year} from {'earlier years' if ahead else 'all others'}: log score against multipliers of 1 "
                "{:+.1f} (standard error {:.1f}),".format(*kept.gain()),
                f"{covered:.0%} of the counts inside their 90 % interval",
            )


if __name__ == "__main__":  # chains are processes of their own, which read this file again
    main()
