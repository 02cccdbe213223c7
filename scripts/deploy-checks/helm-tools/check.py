"""Checks the chart: check.py HELM-3 HELM-4 [--upgrade]. scripts/deploy-checks/helm calls it."""

import os
import re
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import yaml

import readme
import settings_schema
from chart import CHART, LEAST, Fault, Helm, combinations, objects, thresholds
from rules import check as check_rules
from schemas import VERSIONS, check_crds, check_kubernetes, minor
from upgrade import upgrade

T = TypeVar("T")
# The combination that is rendered for every version, which shows that the thresholds are right.
EVERY_VERSION = "everything"


def documents() -> str:
    """Schema, README and versions agree with what they come from."""
    settings_schema.main()
    readme.main()
    version = re.search(r'^version = "(.*)"$', (settings_schema.ROOT / "Cargo.toml").read_text(), re.M)[1]
    if f'appVersion: "{version}"' not in (CHART / "Chart.yaml").read_text():
        raise Fault(f"appVersion in Chart.yaml is not {version}, the version of the workspace")
    adapter = yaml.safe_load((settings_schema.ROOT / "deploy/observability/prometheus-adapter.yaml").read_text())["rules"]
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    for kind, autoscaled in (
        ("external", values["worker"]["autoscaling"]["queueAge"]),
        ("custom", values["api"]["autoscaling"]["inFlight"]),
    ):
        if [rule["name"]["as"] for rule in adapter[kind]] != [autoscaled["metric"]]:
            raise Fault(f"prometheus-adapter.yaml: {kind} has another metric than {autoscaled['metric']} of values.yaml")
    return "values.schema.json is that of docs/configuration.md, the README that of values.yaml"


def each(work: Callable[..., T], *arguments: Iterable) -> list[T]:
    """As map, on every core: the work is Helm's."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(work, *arguments))


def lint(helms: list[Helm]) -> str:
    def strictly(files: list[Path]) -> None:
        for helm in helms:
            helm.checked("lint", "--strict", CHART, *[part for file in files for part in ("--values", file)])

    each(strictly, combinations().values())
    return f"helm lint --strict: {len(combinations())} combinations"


def render(helms: list[Helm]) -> str:
    """Each combination, for every version of Kubernetes."""
    found = each(lambda name, files: rendered(helms, name, files), combinations(), combinations().values())
    count, own, others = map(sum, zip(*found, strict=True))
    return (
        f"{count} renderings of {len(combinations())} combinations, the same by both majors; {own} objects "
        f"valid for Kubernetes {VERSIONS[0]} to {VERSIONS[-1]}, {others} of operators; all confined, "
        "drained, isolated, with known settings only"
    )


def rendered(helms: list[Helm], name: str, files: list[Path]) -> tuple[int, int, int]:
    """How often a combination was rendered, and its objects of Kubernetes and of other operators."""
    count, own, last = 0, 0, []
    for version in VERSIONS:
        # The oldest and the newest by both majors, and as an upgrade, too: only the migration differs.
        is_end = version in (VERSIONS[0], VERSIONS[-1])
        is_threshold = minor(version) in thresholds()
        if is_end or is_threshold or name == EVERY_VERSION:
            before, last = last, []
            for phase in ([], ["--is-upgrade"]) if is_end else ([],):
                by = helms if is_end else helms[-1:]
                found = [objects(helm.template(files, "--kube-version", version, *phase)) for helm in by]
                count += len(found)
                if any(other != found[0] for other in found):
                    raise Fault(f"{name}, Kubernetes {version}: the majors of Helm render different objects")
                last.append(found[0])
            if before and not is_threshold and before[0] != last[0]:
                raise Fault(f"{name}, Kubernetes {version}: it is rendered otherwise than for the version before")
        # Between two thresholds the rendering is the same; only the schemas differ.
        for seen in last:
            try:
                own += check_kubernetes(seen, version)
                check_rules(seen)
            except Fault as fault:
                raise Fault(f"{name}, Kubernetes {version}: {fault}") from None
    return count, own, check_crds(last[0])


def refuse(helms: list[Helm]) -> str:
    """Each file of wrong values is refused by both majors, with the message that it names."""

    def refused(file: Path) -> None:
        expected = re.match(r"# refused: (.*)\n", file.read_text())[1]
        for helm in helms:
            done = helm.run("template", "plinth", CHART, "--values", LEAST, "--values", file)
            # The majors write paths as a.b and as /a/b.
            said = re.sub(r"(?<=[\w'])/(?=\w)|'/(?=\w)", ".", done.stdout + done.stderr)
            if done.returncode == 0:
                raise Fault(f"{file.name} is not refused")
            if not re.search(expected, said):
                raise Fault(f"{file.name} is refused without {expected!r}:\n{said}")

    files = sorted(CHART.glob("ci/refused/*.yaml"))
    each(refused, files)
    return f"{len(files)} files of wrong values are refused, with their messages"


def main() -> int:
    helms = [Helm(Path(program)) for program in sys.argv[1:3]]
    details = sys.argv[3:] == ["--upgrade"]
    sys.argv[1:] = []
    for helm in helms:
        print(f"helm {helm.checked('version', '--short').strip()}")
    checks = (
        documents,
        lambda: lint(helms),
        lambda: render(helms),
        lambda: refuse(helms),
        lambda: upgrade(helms[-1], details),
    )
    for check in checks:
        begun = time.monotonic()
        try:
            said = check()
        except Fault as fault:
            print(f"error: {fault}", file=sys.stderr)
            return 1
        print(f"ok    {said} ({time.monotonic() - begun:.1f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
