"""`python -m foedus.case.schemas`: write the JSON Schemas anew."""

from foedus.case.schemas import write

write()
