"""The example case through the Python API: `python run.py`."""

from pathlib import Path

import foedus

case = foedus.load(Path(__file__).parent)
now = foedus.forecast(case, as_of="2030-05-15", seed=1)

print(now.scenarios)
print("A summit by the end of June:", now.probability("summit_date <= 2030-06-30"))
