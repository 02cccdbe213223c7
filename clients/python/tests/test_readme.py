"""The examples of README.md."""

import re
from pathlib import Path

import pytest
from mypy import api

README = Path(__file__).parents[1] / "README.md"


def test_the_examples_are_correct_code_as_one_program(tmp_path: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) >= 10
    program = tmp_path / "readme.py"
    program.write_text("\n".join(blocks), encoding="utf-8")
    said, errors, status = api.run(["--strict", "--cache-dir", str(tmp_path), str(program)])
    if status != 0:
        pytest.fail(said + errors)
