# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Seoul and Washington, 1 August 2025
#
# On 31 July the foreign ministers met and the tariff deal was a day old; a summit was spoken of for "within two
# weeks". What was the chance of a summit by the end of August, and of a text that widens the role of US Forces
# Korea?
#
# The panel of this case is *illustrative*: its numbers were invented from base rates to show the method.

# %%
from pathlib import Path

import pandas as pd

import foedus
from foedus.explain.attribution import waterfall

here = Path(__file__).parent if "__file__" in globals() else Path.cwd()  # a kernel has no file, and starts beside it
root = next(folder for folder in (here, *here.resolve().parents) if (folder / "scenarios").is_dir())
case = foedus.load(root / "scenarios" / "rok-us-2025")
now = foedus.forecast(case, as_of="2025-08-01T09:52:00+09:00", seed=1)
assert case.illustrative
now.scenarios.round(3)

# %% [markdown]
# `low` and `high` are not a forecast interval. They say how far the probability moves with other experts, sources
# and assumptions inside the model. `mcse` is the error of the computation alone, and has to be far smaller.

# %%
scenarios = now.scenarios
assert (scenarios["low"] <= scenarios["probability"]).all()
assert (scenarios["probability"] <= scenarios["high"]).all()
assert scenarios["mcse"].max() < 0.01
assert now.diagnostics.ok, now.diagnostics.messages

# %% [markdown]
# ## When is the summit?
#
# The panel spoke first of *never*, then of the day if it happens. Since then days have passed without a summit,
# and news came in.

# %%
summit = now.questions["summit_date"]
by_date = pd.DataFrame({day: (e.prior, e.low, e.probability, e.high) for day, e in summit.by_date.items()}).T
by_date.columns = ["prior", "low", "now", "high"]
assert by_date["now"].is_monotonic_increasing
assert abs(summit.mass.sum() + summit.never.probability - 1) < 1e-9
by_date.round(2)

# %% [markdown]
# ## What moved it?
#
# Signals in the order in which they became known. It is one order of adding: what comes first is credited with
# what later news would have said as well. The effects add up to the whole change, up to Monte Carlo error.

# %%
steps = waterfall(now)
moved = pd.DataFrame(
    [(s.day, ", ".join(s.signals) or "days that passed", s.code, 100 * s.effects["summit_by_august"]) for s in steps],
    columns=["known on", "signals", "code", "points"],
)
headline = now.headline_estimates["summit_by_august"]
assert abs(moved["points"].sum() / 100 - (headline.probability - headline.prior)) < 6 * headline.mcse
moved.sort_values("points", key=abs, ascending=False).head(6).round(1)

# %% [markdown]
# ## And if the summit slips past August?
#
# Any proposition can be asked, and any can be given. Outcomes hang together, so a late summit changes the rest.

# %%
propositions = {
    "a text widens the role of US Forces Korea": "usfk_role >= softened_text",
    "cost-sharing is reopened": 'sma_reopened == "yes"',
    "a joint statement": "joint_document == joint_statement",
}
slips = pd.DataFrame(
    {
        what: (
            now.probability(when, given="summit_date <= 2025-08-31"),
            now.probability(when, given="summit_date > 2025-08-31"),
        )
        for what, when in propositions.items()
    },
    index=["by 31 August", "later or never"],
).T
on_time = now.probability("summit_date <= 2025-08-31")
for what, when in propositions.items():  # the two branches, weighted, are the whole
    whole = on_time * slips.loc[what, "by 31 August"] + (1 - on_time) * slips.loc[what, "later or never"]
    assert abs(whole - now.probability(when)) < 1e-9
slips.round(2)

# %% [markdown]
# ## A day earlier
#
# Only what was published by then is used; the later signals are listed, not read.

# %%
before = foedus.forecast(case, as_of="2025-07-30T09:00:00+09:00", seed=1)
assert before.account.read == now.account.read
assert len(before.account.used) < len(now.account.used)
pd.DataFrame({"30 July": before.scenarios["probability"], "1 August": scenarios["probability"]}).round(2)

# %% [markdown]
# ## Nothing is lost
#
# Every row of `signals.csv` is accounted for.

# %%
account = now.account
set_aside = [name for name, _ in account.merged + account.excluded]
assert account.read == len(account.used) + len(set_aside) + len(account.in_prior) + len(account.no_bearing)
pd.Series(
    {
        "read": account.read,
        "used": len(account.used),
        "merged": len(account.merged),
        "excluded": len(account.excluded),
        "in the prior": len(account.in_prior),
        "on no question": len(account.no_bearing),
    }
)
