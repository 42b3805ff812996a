"""What changes if the summit slips past August: every scenario and headline now, and given that it does."""

from pathlib import Path

import foedus

SLIPS = "summit_date > 2025-08-31"  # or never

case = foedus.load(Path(__file__).parent)
now = foedus.forecast(case, as_of="2025-08-01T09:52:00+09:00", seed=1)

print(f"the summit slips past August: {now.probability(SLIPS):.0%}")
print(f"{'':40}{'now':>6}{'if so':>8}")
for asked in (*case.file.scenarios.values(), *case.file.headlines.values()):
    before, after = now.probability(asked.when), now.probability(asked.when, given=SLIPS)
    print(f"{asked.title('en'):40}{before:6.0%}{after:8.0%}")
rest = "not (" + " or ".join(case.file.scenarios) + ")"  # a wider role without an early summit
print(f"{'None of the scenarios':40}{now.probability(rest):6.0%}{now.probability(rest, given=SLIPS):8.0%}")
