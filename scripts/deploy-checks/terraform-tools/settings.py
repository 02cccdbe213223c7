"""Every setting that deploy/terraform gives to a program is one that the program has.

    settings.py        reads docs/configuration.md and agents/README.md
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
NAME = re.compile(r"\bPLINTH_[A-Z0-9_]+\b")


def names(path: Path) -> set[str]:
    return set(NAME.findall(path.read_text(encoding="utf-8")))


known = names(ROOT / "docs/configuration.md") | names(ROOT / "agents/README.md")
used = {name: path for path in sorted(ROOT.glob("deploy/terraform/**/*.tf")) for name in names(path)}
unknown = sorted(set(used) - known)
for name in unknown:
    print(f"{used[name].relative_to(ROOT)}: no program has the setting {name}", file=sys.stderr)
if unknown or not used:
    sys.exit(1)
print(f"==> terraform: {len(used)} settings are known")
