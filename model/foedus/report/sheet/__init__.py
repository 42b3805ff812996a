"""Forms for experts: written as CSV and as a spreadsheet, filled without help, and read back as rows of judgments.csv.

Every cell that is answered carries a code, so that a form comes back whatever its language; what a spreadsheet would
run as a formula is written as text, and a formula that comes back is refused.
"""

from foedus.report.sheet.read import Answers, read_sheet
from foedus.report.sheet.write import write_sheet

__all__ = ["Answers", "read_sheet", "write_sheet"]
