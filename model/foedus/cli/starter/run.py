"""The same run through the Python API."""

from pathlib import Path

import foedus

case = foedus.load(Path(__file__).parent)
now = foedus.forecast(case, as_of="2026-02-15", seed=1)
print(now.scenarios)
print("signed by the ministers' meeting:", now.probability("signing <= 2026-03-15"))
