"""Reads the pages of docs/runbooks: the commands that can run, in order, with their outputs.

    ```console run            commands after `$ `, continued after `> `, then the output
    ```console run wait       the same; repeated until the output is as shown
    <!-- run: stop redis -->  stop, start or restart a server, where the reader has a way of their own
    <!-- run: situation x --> brings about what the page is about: scripts/runbooks/situations/x
"""

import re
from dataclasses import dataclass, field

ANY = "…"
FENCE = re.compile(r"^```console run( wait)?$")
DIRECTIVE = re.compile(r"^<!-- run: (\w+) ([\w-]+) -->$")

# What differs from run to run, and is no statement of the page. Whole numbers are compared.
VARIABLE = [
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"\b[0-9a-f]{32,}\b"), "HASH"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|\+00(:00)?| UTC)?"), "TIME"),
    (re.compile(r"\b\d\d:\d\d:\d\d(\.\d+)?"), "TIME"),
    (re.compile(r"\b\d+(\.\d+)?( ?)(?=(µs|ms|s|min|bytes|kB|MB|GB|KiB|MiB|GiB|TiB|%)(\W|$))"), r"N\2"),
    (re.compile(r"\b\d+\.\d+\b"), "N"),
    (re.compile(r"[0-9A-F]{1,8}/[0-9A-F]{6,8}\b"), "POSITION"),
    (re.compile(r"-{3,}"), "---"),
    (re.compile(r"[ \t]+"), " "),
]


@dataclass
class Command:
    line: int
    text: str
    waits: bool
    output: list = field(default_factory=list)
    # The lines of the output in the page, for `--update`.
    begin: int = 0
    end: int = 0


@dataclass
class Directive:
    line: int
    verb: str
    what: str


def read(path):
    steps, waits = [], None
    for number, line in enumerate(path.read_text().splitlines()):
        if waits is None:
            if found := FENCE.match(line):
                waits = bool(found[1])
            elif found := DIRECTIVE.match(line):
                steps.append(Directive(number, found[1], found[2]))
            continue
        if line == "```":
            waits = None
            continue
        if line.startswith("$ "):
            steps.append(Command(number, line[2:], waits, begin=number + 1, end=number + 1))
            continue
        command = steps[-1]
        if line.startswith("> ") and not command.output:
            command.text += "\n" + line[2:]
            command.begin = command.end = number + 1
        else:
            command.output.append(line)
            command.end = number + 1
    return steps


def normal(line):
    for pattern, name in VARIABLE:
        line = pattern.sub(name, line)
    return line.strip()


def agree(shown, seen):
    """Whether what was seen has the form of what the page shows."""
    pattern = ""
    for line in shown:
        if line.strip() == ANY:
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*?".join(map(re.escape, map(normal, line.split(ANY)))) + r"\n"
    return re.fullmatch(pattern, "".join(normal(line) + "\n" for line in seen)) is not None
