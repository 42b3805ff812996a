"""The worked case through the Python API: scenarios and headlines as of 1 August 2025, 09:52 in Seoul."""

from pathlib import Path

import foedus

case = foedus.load(Path(__file__).parent)
now = foedus.forecast(case, as_of="2025-08-01T09:52:00+09:00", seed=1)

print(now.scenarios.to_string(float_format="{:.3f}".format))
print()
for headline in case.file.headlines.values():
    print(f"{now.probability(headline.when):4.0%}  {headline.say('en')}")

assert now.diagnostics.ok, now.diagnostics.messages
