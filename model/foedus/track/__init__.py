"""Was it right? The room of the ledger, of scoring and of backtests; they come with a later release."""
