"""Hooks of the build: the version of the package, and its generated code."""

import json
import subprocess
import sys
from pathlib import Path
from runpy import run_path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface


class Version(MetadataHookInterface):
    def update(self, metadata: dict[str, Any]) -> None:
        document = run_path(str(Path(self.root) / "generate.py"))["document"]()
        metadata["version"] = json.loads(document.read_text())["info"]["version"]


class Generated(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        subprocess.run([sys.executable, str(Path(self.root) / "generate.py")], check=True)
