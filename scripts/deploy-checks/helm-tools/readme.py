"""The table of values in the chart's README, from values.yaml:

    readme.py --write      brings the table up to date
"""

import json
import re
import sys

import yaml

from chart import CHART

README = CHART / "README.md"
BEGIN, END = "<!-- values: begin -->\n", "<!-- values: end -->\n"


def leaves(text: str) -> list[tuple[str, str, str]]:
    """The name, the default and the comment of each value that has a comment."""
    values, found, path, comment = yaml.safe_load(text), [], [], []
    for line in text.splitlines():
        if remark := re.match(r"\s*# (.*)", line):
            comment.append(remark[1])
        elif entry := re.match(r"( *)(\w+):", line):
            depth = len(entry[1]) // 2
            path[depth:] = [entry[2]]
            if comment:
                value = values
                for key in path:
                    value = value[key]
                found.append((".".join(path), json.dumps(value, separators=(", ", ": ")), " ".join(comment)))
            comment = []
        else:
            comment = []
    return found


def documented(value: object, path: tuple[str, ...], names: set[str]) -> list[str]:
    """The values that neither have a comment nor are part of one that has."""
    name = ".".join(path)
    if name in names:
        return []
    if isinstance(value, dict) and value:
        return [lack for key, part in value.items() for lack in documented(part, (*path, key), names)]
    return [name]


def table() -> str:
    text = (CHART / "values.yaml").read_text()
    found = leaves(text)
    if lacking := documented(yaml.safe_load(text), (), {name for name, _, _ in found}):
        raise SystemExit(f"values.yaml says nothing about {', '.join(lacking)}")
    rows = (f"| `{name}` | `{default}` | {comment} |\n" for name, default, comment in found)
    return "| value | default | description |\n|---|---|---|\n" + "".join(rows)


def main() -> None:
    before, rest = README.read_text().split(BEGIN)
    old, after = rest.split(END)
    if sys.argv[1:] == ["--write"]:
        README.write_text(before + BEGIN + table() + END + after)
    elif old != table():
        raise SystemExit(f"{README} differs from values.yaml: run {__file__} --write")


if __name__ == "__main__":
    main()
