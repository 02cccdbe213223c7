"""The chart, and the two majors of Helm that render it."""

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[3]
CHART = ROOT / "deploy/helm/plinth"
# The least that the chart needs; other values are laid over it.
LEAST = CHART / "ci/managed.yaml"


class Fault(Exception):
    """What a check has found."""


@dataclass(frozen=True)
class Helm:
    program: Path

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        # Nothing of the user's own configuration, and nothing is left behind.
        with tempfile.TemporaryDirectory() as home:
            places = {f"HELM_{name}_HOME": home for name in ("CACHE", "CONFIG", "DATA")}
            return subprocess.run(
                [self.program, *map(str, arguments)],
                env={**os.environ, **places, "HOME": home},
                capture_output=True,
                text=True,
                check=False,
            )

    def checked(self, *arguments: object) -> str:
        done = self.run(*arguments)
        if done.returncode != 0:
            raise Fault(f"helm {' '.join(map(str, arguments))}\n{done.stdout}{done.stderr}")
        return done.stdout

    def template(self, values: list[Path], *arguments: object, chart: Path = CHART) -> str:
        files = [part for file in values for part in ("--values", file)]
        return self.checked("template", "plinth", chart, "--namespace", "plinth", *files, *arguments)


def thresholds() -> set[tuple[int, int]]:
    """The versions of Kubernetes from which on the templates write something else."""
    text = "".join(file.read_text() for file in sorted(CHART.glob("templates/**/*")) if file.is_file())
    found = re.findall(r'semverCompare ">=(\d+)\.(\d+)\.0-0" \S+\.Capabilities\.KubeVersion\.Version', text)
    if len(found) != text.count(".Capabilities"):
        raise Fault("a template asks .Capabilities in a way that the checks do not know")
    return {(int(major), int(second)) for major, second in found}


@cache
def objects(rendered: str) -> list[dict]:
    """The objects of a rendered chart, in the order of their kinds and names."""
    documents = (document for document in yaml.load_all(rendered, yaml.CSafeLoader) if document)
    return sorted(documents, key=lambda one: (one["kind"], one["metadata"]["name"]))


def combinations() -> dict[str, list[Path]]:
    """The files of values of each combination, by its name."""
    found = {file.stem: [file] for file in sorted(CHART.glob("ci/*.yaml"))}
    for environment in sorted(CHART.glob("values-*.yaml")):
        # An environment, with what only an installation knows.
        found[environment.stem] = [CHART / "ci/environment/installation.yaml", environment]
    return found
