"""The upgrade from the chart's version before, as a difference."""

import difflib
import subprocess
import tempfile
from pathlib import Path

import yaml

from chart import CHART, ROOT, Fault, Helm, objects

# What the API server does not let anyone change.
IMMUTABLE = {
    "Deployment": ["selector"],
    "StatefulSet": ["selector", "serviceName", "volumeClaimTemplates"],
}


def git(*arguments: str) -> bytes | None:
    done = subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else None


def before() -> str | None:
    """The newest tag with the chart, else the commit before the last change of it."""
    path = str(CHART.relative_to(ROOT))
    is_changed = git("diff", "--quiet", "HEAD", "--", path) is None
    tags = (git("tag", "--sort=-creatordate") or b"").decode().split()
    last = (git("log", "-1", "--format=%H", "--", path) or b"").decode().strip()
    for revision in (*tags, "HEAD" if is_changed else f"{last}^"):
        if git("cat-file", "-e", f"{revision}:{path}/Chart.yaml") is not None:
            return (git("rev-parse", "--short", revision) or b"").decode().strip()
    return None


def upgrade(helm: Helm, details: bool) -> str:
    """Every combination of before must go on to work, without a change that is not possible."""
    revision = before()
    if revision is None:
        return "upgrade: this is the first version"
    count, changed = 0, 0
    with tempfile.TemporaryDirectory() as place:
        archive = git("archive", revision, str(CHART.relative_to(ROOT)))
        subprocess.run(["tar", "-x", "-C", place], input=archive, check=True)
        chart = Path(place) / CHART.relative_to(ROOT)
        for values in sorted(chart.glob("ci/*.yaml")):
            old = objects(helm.template([values], "--is-upgrade", chart=chart))
            new = objects(helm.template([values], "--is-upgrade"))
            possible(values.stem, old, new)
            lines = [yaml.safe_dump_all(found).splitlines() for found in (old, new)]
            difference = list(difflib.unified_diff(*lines, f"before/{values.stem}", f"after/{values.stem}", lineterm=""))
            if details:
                print("\n".join(difference))
            count += 1
            changed += sum(line[0] in "+-" for line in difference[2:])
    return f"upgrade from {revision}: {count} combinations of before work, {changed} changed lines"


def possible(values: str, old: list[dict], new: list[dict]) -> None:
    later = {(one["kind"], one["metadata"]["name"]): one["spec"] for one in new if "spec" in one}
    for one in old:
        name = (one["kind"], one["metadata"]["name"])
        for field in IMMUTABLE.get(one["kind"], []):
            if name in later and later[name][field] != one["spec"][field]:
                raise Fault(f"{values}: {' '.join(name)}: an upgrade cannot change {field}")
