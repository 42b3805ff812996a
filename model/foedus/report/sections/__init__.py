"""The parts of the report, one function each: material in, worded and formatted data out; the template only lays it out."""
