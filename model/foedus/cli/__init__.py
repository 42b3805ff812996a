"""The command `foedus`: thin, each command a few lines over the Python API, and quick to answer `--help`.

Exit status: 0 done; 1 done, but the result's own diagnostics failed; 2 bad input or usage, and nothing written.
"""

from foedus.cli.app import main

__all__ = ["main"]
