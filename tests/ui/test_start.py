"""The window is painted before anything heavy is imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys

HEAVY = {"sqlalchemy", "sqlmodel", "pyxform", "openpyxl", "alembic", "lxml", "cryptography", "pyrage", "sqlcipher3"}
SCRIPT = """
import json, sys
from cami_survey.base.settings import Settings
from cami_survey.ui import app
from cami_survey.ui.shell import Shell, apply_look
application = app.application()
apply_look(Settings())
shell = Shell(Settings())
shell.show()
application.processEvents()
print(json.dumps(sorted(sys.modules)))
shell.worker.close()
"""


def test_nothing_heavy_is_imported_before_the_first_paint() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
    )
    modules = {name.partition(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}
    assert "PySide6" in modules
    assert modules & HEAVY == set()
    assert not any(name.startswith("cami_survey.operations.") for name in json.loads(done.stdout.splitlines()[-1]))
