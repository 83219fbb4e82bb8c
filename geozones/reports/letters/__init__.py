"""Letters of the return queue as DOCX: Kazakh first with Russian beside it, to be numbered, dated and signed.

Open `fields.py` for what a letter is filled from, `document.py` for how it looks, `filling.py` for how templates
are filled, `writing.py` for the way from a plot to a file. The built-in texts lie in `templates/`.
"""

from geozones.reports.letters.document import make_template, to_bytes
from geozones.reports.letters.writing import Correspondence, write_letter, write_queue_letters

__all__ = ["Correspondence", "make_template", "to_bytes", "write_letter", "write_queue_letters"]
