"""JavaRosa itself, the engine of ODK Collect, finds nothing wrong with our forms, where Java is there to ask it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import pyxform

from tests.forms.converted import FORMS, NAMES, converted

VALIDATOR = Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"
JAVA = shutil.which("java")


@pytest.mark.skipif(JAVA is None or not VALIDATOR.exists(), reason="Java or ODK Validate is not on this machine")
def test_odk_validate_accepts_all_forms_without_a_word(tmp_path: Path) -> None:
    for table in FORMS.glob("*.csv"):
        shutil.copy(table, tmp_path)
    running = {}
    for name in NAMES:
        form = tmp_path / f"{name}.xml"
        form.write_text(converted(name)[0], "utf-8")
        words = [str(JAVA), "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true", "-jar", str(VALIDATOR), str(form)]
        running[name] = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for name, process in running.items():
        said = [line for line in process.communicate(timeout=120)[0].splitlines() if line.strip()]
        assert said[1:] == [">> Xform parsing completed!", ">> Xform is valid!"], (name, said)
