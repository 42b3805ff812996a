"""Several coders of one text: how far they agree, which of them confuses what, and what the text most likely says."""
