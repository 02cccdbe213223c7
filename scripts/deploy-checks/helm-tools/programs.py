"""Runs the programs with the variables and commands of the rendered chart, on private servers:

    with-servers python programs.py HELM DIRECTORY-OF-THE-PROGRAMS

The database is made as the operator makes it for `postgresql.kind: cloudnativepg`; then the Job, the
Deployments and the test Pod run, and the probes are asked.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from chart import CHART, Fault, Helm, objects

ADMIN, APPLICATION = "admin-of-a-check", "application-of-a-check"
# What the pods of a cluster wait for, in seconds.
TIMEOUT = 60


def psql(url: str, *statements: str) -> None:
    program = Path(os.environ["PLINTH_POSTGRES_BIN"]) / "psql" if "PLINTH_POSTGRES_BIN" in os.environ else "psql"
    commands = [part for statement in statements for part in ("-c", statement)]
    subprocess.run([program, "-qX", "-v", "ON_ERROR_STOP=1", url, *commands], check=True)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Release:
    """The rendered objects, and what stands for their servers."""

    def __init__(self, helm: Helm, place: Path):
        self.storage, self.redis = urlsplit(os.environ["PLINTH_TEST_S3_URL"]), os.environ["PLINTH_TEST_REDIS_URL"]
        self.place, self.port = place, free_port()
        endpoint = f"http://{self.storage.hostname}:{self.storage.port}"
        storage = {"bucket": "plinth", "endpoint": endpoint, "access_key_id": self.storage.username}
        values = place / "values.yaml"
        # The role with the default name belongs to the other databases of this server.
        settings = {"storage": storage, "database": {"application_role": "chart_app"}}
        values.write_text(json.dumps({"settings": settings, "postgresql": {"kind": "cloudnativepg"}}))
        self.objects = objects(helm.template([CHART / "ci/managed.yaml", values]))
        self.server = urlsplit(os.environ["PLINTH_TEST_DATABASE_URL"])
        self.secret = {
            "PLINTH_DATABASE__APPLICATION_PASSWORD": APPLICATION,
            "PLINTH_REDIS__URL": self.redis,
            "PLINTH_SECURITY__SECRET_KEY": "0123456789abcdef" * 4,
            "PLINTH_STORAGE__SECRET_ACCESS_KEY": self.storage.password,
            # In the operator's own Secret.
            "password": ADMIN,
        }

    def object(self, kind: str, part: str) -> dict:
        [found] = [one for one in self.objects if one["kind"] == kind and part in one["metadata"]["name"]]
        return found

    def container(self, kind: str, part: str) -> dict:
        spec = self.object(kind, part)["spec"]
        [container] = spec.get("template", {}).get("spec", spec)["containers"]
        return container

    def environment(self, container: dict) -> dict[str, str]:
        """As the kubelet makes it; then addresses and directories are those of this machine."""
        found: dict[str, str] = {}
        for variable in container["env"]:
            reference = variable.get("valueFrom", {}).get("secretKeyRef")
            if reference and reference["key"] not in self.secret and reference.get("optional"):
                continue
            value = self.secret[reference["key"]] if reference else variable["value"]
            found[variable["name"]] = re.sub(r"\$\((\w+)\)", lambda name: found[name[1]], value)
        for name, value in found.items():
            host = f"{self.server.hostname}:{self.server.port}"
            found[name] = re.sub(r"@plinth-postgresql-rw:5432/plinth\?.*", f"@{host}/plinth_chart", value)
        for name, directory in (("HEALTH_FILE", "alive"), ("SPOOL_PATH", "spool")):
            found[f"PLINTH_WORKER__{name}"] = str(self.place / directory)
        found["PLINTH_SERVER__PORT"] = str(self.port)
        found.pop("POSTGRES_PASSWORD", None)
        return {"PATH": os.environ["PATH"], "TMPDIR": str(self.place), **found}

    def make_database(self) -> None:
        """As the operator does: a role without rights, its database, and then the statements."""
        made = self.object("Cluster", "postgresql")["spec"]["bootstrap"]["initdb"]
        url = os.environ["PLINTH_TEST_DATABASE_URL"]
        psql(url, f"CREATE ROLE {made['owner']} LOGIN PASSWORD '{ADMIN}'", f"CREATE DATABASE plinth_chart OWNER {made['owner']}")
        psql(self.server._replace(path="/plinth_chart").geturl(), *made["postInitApplicationSQL"])

    def run(self, kind: str, part: str) -> subprocess.CompletedProcess[str]:
        container = self.container(kind, part)
        return subprocess.run(
            container["command"], env=self.environment(container), cwd=self.place, capture_output=True, text=True, check=False
        )

    def start(self, part: str) -> tuple[subprocess.Popen, dict]:
        container = self.container("Deployment", part)
        log = (self.place / f"{part}.log").open("w")
        started = subprocess.Popen(
            container["command"], env=self.environment(container), cwd=self.place, stdout=log, stderr=log
        )
        return started, container

    def probe(self, container: dict, name: str) -> bool:
        probe = container[f"{name}Probe"]
        if "exec" in probe:
            done = subprocess.run(probe["exec"]["command"], env=self.environment(container), capture_output=True, check=False)
            return done.returncode == 0
        try:
            url = f"http://127.0.0.1:{self.port}{probe['httpGet']['path']}"
            return urllib.request.urlopen(url, timeout=probe["timeoutSeconds"]).status == 200
        except (OSError, urllib.error.URLError):
            return False

    def wait(self, container: dict, log: str) -> None:
        begun = time.monotonic()
        while not all(self.probe(container, name) for name in ("startup", "liveness", "readiness")):
            if time.monotonic() - begun > TIMEOUT:
                raise Fault(f"the probes of {log} fail:\n{(self.place / f'{log}.log').read_text()}")
            time.sleep(0.2)


def migrate(release: Release) -> None:
    done = release.run("Job", "migration")
    if done.returncode != 0:
        raise Fault(f"the migration fails:\n{done.stdout}{done.stderr}")
    print(f"plinth migrate up: {done.stdout.strip().splitlines()[-1]}")


def stop(release: Release, name: str, process: subprocess.Popen) -> None:
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    code = process.wait(timeout=TIMEOUT)
    took = time.monotonic() - begun
    grace = release.object("Deployment", name)["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
    print(f"{name}: SIGTERM, exit {code} after {took:.1f} s of {grace} s")
    if code != 0 or took > grace:
        raise Fault(f"{name} does not end in time")


def check(release: Release) -> None:
    release.make_database()
    # As in the first release of a database in the cluster: all begin at once.
    running = [(name, *release.start(name)) for name in ("api", "worker")]
    try:
        time.sleep(5)
        for name, process, container in running:
            if process.poll() is not None or release.probe(container, "readiness"):
                raise Fault(f"{name} does not wait for the migration")
        print("api, worker: they wait for the migration, not ready")
        migrate(release)
        for name, _, container in running:
            release.wait(container, name)
            print(f"{name}: startup, liveness and readiness probes succeed")
        # As before an upgrade.
        migrate(release)
        done = release.run("Pod", "doctor")
        # Without the list of all settings.
        print(done.stdout[done.stdout.find("Database\n") :])
        if done.returncode != 0:
            raise Fault(f"the test fails:\n{done.stderr}")
        for name, process, _ in running:
            stop(release, name, process)
    finally:
        for _, process, _ in running:
            process.kill()


def main() -> int:
    os.environ["PATH"] = f"{sys.argv[2]}:{os.environ['PATH']}"
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "spool").mkdir()
        try:
            check(Release(Helm(Path(sys.argv[1])), Path(place)))
        except Fault as fault:
            print(f"error: {fault}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
