"""The part of values.schema.json about settings, from docs/configuration.md:

    settings_schema.py --write      brings the schema up to date
"""

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = ROOT / "docs/configuration.md"
SCHEMA = ROOT / "deploy/helm/plinth/values.schema.json"

# Settings that follow from other values of the chart.
OWNED = {
    "server.host",
    "server.port",
    "storage.kind",
    "storage.path",
    "worker.health_file",
    "worker.spool_path",
    "render.templates",
    "agents.address",
    "agents.allow_plain",
    "agents.api_url",
    "operator.listen",
    "telemetry.prometheus_address",
}
# Keys of the Secret for servers in the cluster, beside the secrets of the programs.
PASSWORDS = ["POSTGRES_PASSWORD", "REDIS_PASSWORD"]

LABEL = "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
HOST = rf"({LABEL}(\.{LABEL})*|\[[0-9A-Fa-f:.]+\])"
LEVEL = "(off|error|warn|info|debug|trace)"
PRINTABLE = {"type": "string", "pattern": "^[!-~]{1,255}$"}
KINDS = {
    "an IP address, or `localhost`": {"type": "string", "minLength": 1},
    "a URL that begins with http:// or https://, without user, password, query or fragment": {
        "type": "string",
        "pattern": "^https?://[^@?#\\s]+$",
    },
    "origins separated by commas, each scheme://host[:port] without a path, the first label of the host optionally `*`": {
        "type": "array",
        "items": {"type": "string", "pattern": "^https?://[^/@?#,\\s]+$"},
    },
    "hosts with their ports, separated by commas, each host:port or [IPv6]:port": {
        "type": "array",
        "items": {"type": "string", "pattern": f"^{HOST}:[0-9]{{1,5}}$"},
    },
    "1 to 7 whole numbers of seconds separated by commas, each from 1 to 604800": {
        "type": "array",
        "minItems": 1,
        "maxItems": 7,
        "items": {"type": "integer", "minimum": 1, "maximum": 604800},
    },
    "a PostgreSQL identifier: a lowercase letter or `_`, then lowercase letters, digits and `_`, at most 63 characters": {
        "type": "string",
        "pattern": "^[a-z_][a-z0-9_]{0,62}$",
    },
    "1 to 255 printable ASCII characters without spaces": PRINTABLE,
    "1 to 100 characters in one line": {"type": "string", "minLength": 1, "maxLength": 100},
    "a path of at most 1024 bytes": {"type": "string", "minLength": 1, "maxLength": 1024},
    "3 to 63 lowercase letters, digits, `-` and `.`, a letter or digit first and last": {
        "type": "string",
        "pattern": "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
    },
    "a JSON array of at most 50 objects with name and perhaps limits; no two have one name, and a limit is a whole number from 0 to 1152921504606846976": {
        "type": "string",
        "pattern": "^\\[",
    },
    "`true` or `false`": {"type": "boolean"},
    "a number from 0 to 1": {"type": "number", "minimum": 0, "maximum": 1},
    "a level (off, error, warn, info, debug, trace), optionally followed by target=level, separated by commas": {
        "type": "string",
        "pattern": f"^{LEVEL}(,[A-Za-z0-9_:]+={LEVEL})*$",
    },
}


@dataclass(frozen=True)
class Setting:
    name: str
    variable: str
    aliases: tuple[str, ...]
    description: str

    @property
    def section(self) -> str:
        return self.name.partition(".")[0]

    @property
    def key(self) -> str:
        return self.name.partition(".")[2]

    @property
    def is_secret(self) -> bool:
        return " Secret. Takes " in self.description

    @property
    def taken(self) -> str:
        return re.search(r"Takes (.*?)\.( Example: .*)?$", self.description)[1]


def settings(document: str) -> list[Setting]:
    """Every setting of docs/configuration.md."""
    found, section = [], ""
    for line in document.splitlines():
        if heading := re.match(r"## (\w+)$", line):
            section = heading[1]
        if row := re.match(r"\| `(\w+)`<br>`(PLINTH_\w+)`(.*?) \| .*? \| (.*) \|$", line):
            key, variable, aliases, description = row.groups()
            own = "_".join(("PLINTH", section.upper(), "", key.upper()))
            name = f"{section}.{key}" if variable == own else key
            found.append(Setting(name, variable, tuple(re.findall("`(.*?)`", aliases)), description))
    if len(found) != document.count("<br>`PLINTH_"):
        raise SystemExit(f"{DOCUMENT}: {len(found)} settings are understood, but it has more")
    return found


def kind(setting: Setting) -> dict:
    """The schema of what a setting takes."""
    if number := re.fullmatch(r"a whole number (of \w+ )?from (\d+) to (\d+)", setting.taken):
        return {"type": "integer", "minimum": int(number[2]), "maximum": int(number[3])}
    if re.fullmatch(r"`[^`]+`( or `[^`]+`)+", setting.taken) and setting.taken not in KINDS:
        return {"enum": re.findall("`(.*?)`", setting.taken)}
    if setting.taken not in KINDS:
        raise SystemExit(f"{setting.name} takes what this script does not know: {setting.taken}")
    return KINDS[setting.taken]


def secret_key(document: str) -> dict:
    """The schema of a key of the Secret."""
    secrets = [setting.variable for setting in settings(document) if setting.is_secret]
    return {"enum": secrets + PASSWORDS}


def generated(document: str) -> dict:
    """The schema of the value `settings`."""
    known = settings(document)
    if missing := OWNED - {setting.name for setting in known}:
        raise SystemExit(f"not in {DOCUMENT}: {', '.join(sorted(missing))}")
    sections: dict[str, dict] = {}
    for setting in known:
        # Without a section there is the environment only, which the chart sets.
        if setting.key and not setting.is_secret and setting.name not in OWNED:
            sections.setdefault(setting.section, {})[setting.key] = kind(setting)
    properties = {
        section: {"type": "object", "additionalProperties": False, "properties": keys}
        for section, keys in sections.items()
    }
    properties["storage"]["required"] = ["bucket"]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["storage"],
        "properties": properties,
    }


def main() -> None:
    schema, document = json.loads(SCHEMA.read_text()), DOCUMENT.read_text()
    fresh = {"secretKey": secret_key(document), "settings": generated(document)}
    old = {name: schema["definitions"][name] for name in fresh}
    if sys.argv[1:] == ["--write"]:
        schema["definitions"] |= fresh
        SCHEMA.write_text(json.dumps(schema, indent=2) + "\n")
    elif old != fresh:
        raise SystemExit(f"{SCHEMA} differs from docs/configuration.md: run {__file__} --write")


if __name__ == "__main__":
    main()
