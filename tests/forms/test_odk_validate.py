"""JavaRosa itself, the engine of ODK Collect, finds nothing wrong with our forms, where Java is there to ask it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import pyxform
from pyxform.xls2xform import convert

FORMS = Path(__file__).parents[2] / "forms"
VALIDATOR = Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"
JAVA = shutil.which("java")


@pytest.mark.skipif(JAVA is None or not VALIDATOR.exists(), reason="Java or ODK Validate is not on this machine")
def test_odk_validate_accepts_all_forms_without_a_word(tmp_path: Path) -> None:
    for table in FORMS.glob("*.csv"):
        shutil.copy(table, tmp_path)
    running = {}
    for source in sorted(FORMS.glob("*.xlsx")):
        form = tmp_path / f"{source.stem}.xml"
        form.write_text(convert(source).xform, "utf-8")
        words = [str(JAVA), "-Djava.awt.headless=true", "-jar", str(VALIDATOR), str(form)]
        running[source.stem] = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert len(running) == 5
    for name, process in running.items():
        said = [line for line in process.communicate(timeout=120)[0].splitlines() if line.strip()]
        assert said[1:] == [">> Xform parsing completed!", ">> Xform is valid!"], (name, said)
