"""The parts of the report, one module each: material in, worded and formatted data out, for the template to lay out."""
