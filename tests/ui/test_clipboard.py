"""What was copied stays on the clipboard, and the program ends in peace with it there."""

from __future__ import annotations

import os
import subprocess
import sys

COPY_AND_END = """
from PySide6.QtWidgets import QApplication
from cami_survey.ui.kit import clipboard
app = QApplication([])
clipboard.copy("a\\tb", "<table><tr><td>a</td><td>b</td></tr></table>")
data = QApplication.clipboard().mimeData()
assert (data.text(), "<td>b</td>" in data.html()) == ("a\\tb", True)
"""


def test_the_program_ends_in_peace_after_a_table_was_copied() -> None:
    surroundings = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    ended = subprocess.run([sys.executable, "-c", COPY_AND_END], env=surroundings, capture_output=True, timeout=120)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")
