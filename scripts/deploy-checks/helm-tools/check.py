"""Checks the chart: check.py HELM-3 HELM-4 [--upgrade]. scripts/deploy-checks/helm calls it."""

import re
import sys
import time
from pathlib import Path

import readme
import settings_schema
from chart import CHART, LEAST, Fault, Helm, combinations, objects
from rules import check as check_rules
from schemas import VERSIONS, check_crds, check_kubernetes
from upgrade import upgrade


def documents() -> str:
    """Schema, README and versions agree with what they come from."""
    settings_schema.main()
    readme.main()
    version = re.search(r'^version = "(.*)"$', (settings_schema.ROOT / "Cargo.toml").read_text(), re.M)[1]
    if f'appVersion: "{version}"' not in (CHART / "Chart.yaml").read_text():
        raise Fault(f"appVersion in Chart.yaml is not {version}, the version of the workspace")
    return "values.schema.json is that of docs/configuration.md, the README that of values.yaml"


def lint(helms: list[Helm]) -> str:
    for helm in helms:
        for files in combinations().values():
            helm.checked("lint", "--strict", CHART, *[part for file in files for part in ("--values", file)])
    return f"helm lint --strict: {len(combinations())} combinations"


def render(helms: list[Helm]) -> str:
    """Each combination, for every version of Kubernetes."""
    count, own, others = 0, 0, 0
    for name, files in combinations().items():
        for version in VERSIONS:
            # The oldest and the newest by both majors, and as an upgrade, too: only the migration differs.
            is_end = version in (VERSIONS[0], VERSIONS[-1])
            for phase in ([], ["--is-upgrade"]) if is_end else ([],):
                by = helms if is_end else helms[-1:]
                found = [objects(helm.template(files, "--kube-version", version, *phase)) for helm in by]
                count += len(found)
                try:
                    if any(other != found[0] for other in found):
                        raise Fault("the majors of Helm render different objects")
                    own += check_kubernetes(found[0], version)
                    check_rules(found[0])
                except Fault as fault:
                    raise Fault(f"{name}, Kubernetes {version}: {fault}") from None
        others += check_crds(found[0])
    return (
        f"{count} renderings of {len(combinations())} combinations, the same by both majors; {own} objects "
        f"valid for Kubernetes {VERSIONS[0]} to {VERSIONS[-1]}, {others} of operators; all confined, "
        "drained, isolated, with known settings only"
    )


def refuse(helms: list[Helm]) -> str:
    """Each file of wrong values is refused by both majors, with the message that it names."""
    files = sorted(CHART.glob("ci/refused/*.yaml"))
    for file in files:
        expected = re.match(r"# refused: (.*)\n", file.read_text())[1]
        for helm in helms:
            done = helm.run("template", "plinth", CHART, "--values", LEAST, "--values", file)
            # The majors write paths as a.b and as /a/b.
            said = re.sub(r"(?<=[\w'])/(?=\w)|'/(?=\w)", ".", done.stdout + done.stderr)
            if done.returncode == 0:
                raise Fault(f"{file.name} is not refused")
            if not re.search(expected, said):
                raise Fault(f"{file.name} is refused without {expected!r}:\n{said}")
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
