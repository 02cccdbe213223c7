"""Checks what promtool does not know: the alerts' runbooks and tests, the pipelines of the collector,
and that everything refers to what exists."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[3]
FILES = ROOT / "deploy/observability"

faults: list[str] = []


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


def expect(holds: bool, fault: str) -> None:
    if not holds:
        faults.append(fault)


def alerts() -> dict[str, dict[str, Any]]:
    groups = (group for path in sorted((FILES / "rules").glob("*.yaml")) for group in read(path)["groups"])
    return {rule["alert"]: rule for group in groups for rule in group["rules"] if "alert" in rule}


def check_alerts() -> int:
    found = alerts()
    runbooks = ROOT / "docs/runbooks"
    tests = [test for path in (FILES / "rules/tests").glob("*.yaml") for test in read(path)["tests"]]
    tested = [case for test in tests for case in test.get("alert_rule_test", [])]
    for name, rule in found.items():
        notes = rule.get("annotations", {})
        expect(rule.get("labels", {}).get("severity") in ("page", "ticket"), f"{name}: severity is page or ticket")
        expect({"summary", "description", "runbook"} == notes.keys(), f"{name}: summary, description and runbook")
        runbook = notes.get("runbook", "")
        expect(re.fullmatch(r"docs/runbooks/[a-z-]+\.md", runbook) is not None, f"{name}: runbook {runbook!r}")
        expect(not runbooks.is_dir() or (ROOT / runbook).is_file(), f"{name}: there is no {runbook}")
        cases = [bool(case["exp_alerts"]) for case in tested if case["alertname"] == name]
        expect(True in cases, f"{name}: no test in which it fires")
        expect(False in cases, f"{name}: no test in which it is silent")
    for case in tested:
        expect(case["alertname"] in found, f"a test of {case['alertname']}, which does not exist")
    return len(found)


def check_collector() -> int:
    """Each component of a pipeline is defined, and each defined one is used."""
    collector = read(FILES / "collector.yaml")
    service = collector["service"]
    used = {kind: set() for kind in ("receivers", "processors", "exporters")}
    for name, pipeline in service["pipelines"].items():
        for kind, components in used.items():
            components.update(pipeline[kind])
        order = pipeline["processors"]
        expect(order[0] == "memory_limiter" and order[-1] == "batch", f"{name}: memory_limiter first, batch last")
    used["extensions"] = set(service["extensions"])
    for kind, components in used.items():
        expect(components == collector[kind].keys(), f"collector.yaml: {kind} {sorted(components ^ collector[kind].keys())}")
    program = shutil.which("otelcol-contrib")
    if program is None:
        print("collector.yaml: its references; not by the collector itself, since otelcol-contrib is not on PATH")
    else:
        validated = subprocess.run([program, "validate", f"--config={FILES / 'collector.yaml'}"], check=False)
        expect(validated.returncode == 0, "otelcol-contrib refuses collector.yaml")
    return sum(map(len, used.values()))


def check_sources() -> int:
    """The dashboards' data sources are provisioned."""
    provisioned = {source["uid"] for source in read(FILES / "grafana/provisioning/datasources/plinth.yaml")["datasources"]}
    panels = 0
    for path in (FILES / "grafana/dashboards").glob("*.json"):
        for panel in json.loads(path.read_text())["panels"]:
            panels += 1
            expect(panel["datasource"]["uid"] in provisioned, f"{path.name}: data source of {panel['title']}")
    providers = read(FILES / "grafana/provisioning/dashboards/plinth.yaml")["providers"]
    expect(len(providers) == 1, "one provider of dashboards")
    return panels


def main() -> int:
    counts = check_alerts(), check_collector(), check_sources()
    for fault in faults:
        print(f"error: {fault}", file=sys.stderr)
    print("{} alerts, {} components of the collector, {} panels".format(*counts))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
