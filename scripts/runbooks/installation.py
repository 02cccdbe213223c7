"""A private installation of Plinth as in production: PostgreSQL with a WAL archive, Redis, an
S3-compatible storage, API and worker, each a process of its own."""

import json
import os
import pwd
import random
import secrets
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
# The ports that the pages show instead of those of a run.
SHOWN_PORTS = {"postgres": 5432, "redis": 6379, "storage": 8333, "api": 8080, "second": 8081}
# As crates/local-servers/src/s3.rs: `weed mini` listens on all of them.
STORAGE_PORTS = ["s3", "master", "volume", "filer", "admin"]
READY_WITHIN_SECONDS = 60
GIVEN_PORTS = set()


def program(script):
    done = subprocess.run([CHECKOUT / "scripts" / script], stdout=subprocess.PIPE, check=True)
    return done.stdout.decode().strip()


def free_ports(count):
    """Below those that systems give to outgoing connections, which could take the port of a process that
    is being restarted. `weed` derives the port of gRPC from the other one, and needs room above."""
    ports = []
    for port in random.sample(sorted(set(range(20000, 32000)) - GIVEN_PORTS), 12000 - len(GIVEN_PORTS)):
        with socket.socket() as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                continue
        ports.append(port)
        GIVEN_PORTS.add(port)
        if len(ports) == count:
            return ports
    raise SystemExit("error: this machine has no free port between 20000 and 32000")


def server_user():
    """PostgreSQL refuses to run as root, so root runs all programs as another user."""
    if os.geteuid() != 0:
        return {}
    known = {user.pw_name: user for user in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


class Installation:
    def __init__(self, name, plinth_bin=None):
        postgres_bin = Path(program("postgres"))
        redis = program("redis")
        weed = program("s3")
        plinth_bin = plinth_bin or new_programs()
        self.directory = Path(program("local-dir")) / name
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True)
        self.user = server_user()
        for below in ("", "bin", "archive", "work", "redis", "storage", "spool", "logs"):
            (self.directory / below).mkdir(exist_ok=True)
            if self.user:
                os.chown(self.directory / below, self.user["user"], self.user["group"])
        self.link_programs(postgres_bin, redis, weed, plinth_bin)
        (self.directory / "work" / "scripts").symlink_to(CHECKOUT / "scripts")
        self.ports = dict(zip(SHOWN_PORTS, free_ports(len(SHOWN_PORTS))))
        self.processes = {}
        self.environment = self.settings()

    def link_programs(self, postgres_bin, redis, weed, plinth_bin):
        bin_directory = self.directory / "bin"
        library = postgres_bin.parent / "lib"
        for one in postgres_bin.iterdir():
            # The fetched PostgreSQL finds its libraries only so; other programs must not.
            wrapper = bin_directory / one.name
            wrapper.write_text(f'#!/bin/sh\nLD_LIBRARY_PATH={library} exec {one} "$@"\n')
            wrapper.chmod(0o755)
        self.use(plinth_bin)
        (bin_directory / "redis-server").symlink_to(redis)
        (bin_directory / "weed").symlink_to(weed)

    def use(self, plinth_bin):
        """What is started from now on is of this directory."""
        for name in ("plinth", "plinth-api", "plinth-worker", "plinth-render"):
            link = self.directory / "bin" / name
            link.unlink(missing_ok=True)
            link.symlink_to((Path(plinth_bin) / name).resolve(strict=True))

    def settings(self):
        """The environment of the pages: what docs/runbooks/README.md asks an operator to set."""
        at = {name: f"127.0.0.1:{port}" for name, port in self.ports.items()}
        within = str(self.directory)
        self.password = secrets.token_hex(12)
        application = secrets.token_hex(12)
        return {
            "PATH": f"{within}/bin:/usr/local/bin:/usr/bin:/bin",
            "HOME": within,
            "LC_ALL": "C.UTF-8",
            "PGDATA": f"{within}/data",
            "ARCHIVE": f"{within}/archive",
            "BACKUPS": f"{within}/backups",
            "PAGER": "",
            "PLINTH_ENVIRONMENT": "production",
            "DATABASE_URL": f"postgres://plinth_app:{application}@{at['postgres']}/plinth",
            "PLINTH_DATABASE__ADMIN_URL": f"postgres://postgres:{self.password}@{at['postgres']}/plinth",
            "PLINTH_DATABASE__APPLICATION_PASSWORD": application,
            "REDIS_URL": f"redis://{at['redis']}",
            "PLINTH_STORAGE__KIND": "s3",
            "PLINTH_STORAGE__ENDPOINT": f"http://{at['storage']}",
            "PLINTH_STORAGE__BUCKET": "plinth",
            "PLINTH_STORAGE__ACCESS_KEY_ID": secrets.token_hex(8),
            "PLINTH_STORAGE__SECRET_ACCESS_KEY": secrets.token_hex(16),
            "PLINTH_SECURITY__SECRET_KEY": secrets.token_hex(32),
            "PLINTH_SECRETS__KEYS": f"2026-11:{secrets.token_hex(32)}",
            "PLINTH_MAIL__KIND": "none",
            "PLINTH_SERVER__HOST": "127.0.0.1",
            "PLINTH_SERVER__DRAIN_DELAY_SECONDS": "0",
            "PLINTH_SERVER__TRUSTED_PROXIES": "0",
            "PORT": str(self.ports["api"]),
            "PLINTH_WORKER__SPOOL_PATH": f"{within}/spool",
            "PLINTH_WORKER__HEALTH_FILE": f"{within}/worker.alive",
            "URL": f"http://{at['api']}",
            "SECOND_URL": f"http://{at['second']}",
            "LOGS": f"{within}/logs",
            "SITUATIONS": f"{CHECKOUT}/scripts/runbooks/situations",
        }

    def prepare(self):
        """Everything up, migrated and with demo data."""
        self.start_servers()
        self.call("plinth", "migrate", "up")
        # The accounts of the demo data are refused in production.
        self.call("plinth", "seed", PLINTH_ENVIRONMENT="development", PLINTH_DEV_AI="off")
        self.call("plinth", "storage", "adopt", "--yes")
        for name in ("api", "worker"):
            self.start(name)
        self.wait_for_jobs()

    def start_servers(self):
        """PostgreSQL with an empty database, Redis and the storage."""
        self.make_cluster()
        for name in ("postgres", "redis", "storage"):
            self.start(name)
        self.call("createdb", "-h", "127.0.0.1", "-p", str(self.ports["postgres"]), "-U", "postgres", "plinth",
                  PGPASSWORD=self.password)

    def wait_for_jobs(self):
        """Until the documents of the demo data are inspected."""
        waiting = "SELECT count(*) FROM jobs WHERE state IN ('queued', 'running')"
        url = self.environment["PLINTH_DATABASE__ADMIN_URL"]
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while self.call("psql", "-Atc", waiting, url).strip() != "0":
            if time.monotonic() > deadline:
                raise SystemExit("error: the jobs of the demo data do not end")
            time.sleep(0.5)

    def make_cluster(self):
        secret = self.directory / "password"
        secret.write_text(self.password)
        self.call("initdb", "-U", "postgres", "--auth=scram-sha-256", f"--pwfile={secret}",
                  "--encoding=UTF8", "--locale=C.UTF-8")
        archive = f"test ! -f {self.directory}/archive/%f && cp %p {self.directory}/archive/%f"
        settings = f"""
            listen_addresses = '127.0.0.1'
            port = {self.ports["postgres"]}
            unix_socket_directories = ''
            timezone = 'UTC'
            log_timezone = 'UTC'
            archive_mode = on
            archive_command = '{archive}'
        """
        with (self.directory / "data" / "postgresql.conf").open("a") as file:
            file.write(settings)

    def call(self, *command, **variables):
        done = subprocess.run(command, env={**self.environment, **variables}, cwd=self.directory / "work",
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **self.user)
        if done.returncode != 0:
            raise SystemExit(f"error: {command} failed:\n{done.stdout.decode()}")
        return done.stdout.decode()

    def start(self, name):
        if name == "postgres":
            self.call("pg_ctl", "start", "--wait", "--log", str(self.directory / "logs" / "postgres"))
            return
        health_file = self.directory / f"{name}.alive"
        variables = {"PLINTH_WORKER__HEALTH_FILE": str(health_file)} if name.endswith("worker") else {}
        if name == "second-api":
            variables["PORT"] = str(self.ports["second"])
        command, is_ready = {
            "redis": (self.redis_command, lambda: reaches(self.ports["redis"])),
            "storage": (self.storage_command, self.storage_is_ready),
            "api": (lambda: ["plinth-api"], lambda: self.status("/ready") == 200),
            "second-api": (lambda: ["plinth-api"], lambda: self.status("/ready", "second") == 200),
            "worker": (lambda: ["plinth-worker"], health_file.exists),
            "second-worker": (lambda: ["plinth-worker"], health_file.exists),
        }[name]
        health_file.unlink(missing_ok=True)
        log = (self.directory / "logs" / name).open("a")
        self.processes[name] = subprocess.Popen(
            command(), env={**self.environment, **variables}, cwd=self.directory / "work",
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self.user)
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while not is_ready():
            if time.monotonic() > deadline or self.processes[name].poll() is not None:
                raise SystemExit(f"error: {name} does not start; see {log.name}")
            time.sleep(0.1)

    def stop(self, name):
        if name == "postgres":
            self.call("pg_ctl", "stop", "--mode=fast")
            return
        process = self.processes.pop(name)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def close(self):
        for name in reversed(list(self.processes)):
            self.stop(name)
        for file in self.directory.glob("*/postmaster.pid"):
            subprocess.run(["pg_ctl", "stop", "--mode=immediate", "--pgdata", str(file.parent)],
                           env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                           **self.user)

    def redis_command(self):
        return ["redis-server", "--port", str(self.ports["redis"]), "--bind", "127.0.0.1", "--save", "",
                "--dir", str(self.directory / "redis")]

    def storage_command(self):
        keys = self.directory / "storage.json"
        credentials = {"accessKey": self.environment["PLINTH_STORAGE__ACCESS_KEY_ID"],
                       "secretKey": self.environment["PLINTH_STORAGE__SECRET_ACCESS_KEY"]}
        identity = {"name": "plinth", "actions": ["Admin"], "credentials": [credentials]}
        keys.write_text(json.dumps({"identities": [identity]}))
        if not hasattr(self, "storage_ports"):
            self.storage_ports = [self.ports["storage"], *free_ports(2 * len(STORAGE_PORTS) - 1)]
        names = [f"{name}.port" for name in STORAGE_PORTS] + [f"{name}.port.grpc" for name in STORAGE_PORTS]
        return ["weed", "mini", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={self.directory}/storage",
                f"-s3.config={keys}", f"-s3.localSocket={self.directory}/s3.sock",
                f"-filer.localSocket={self.directory}/filer.sock", "-bucket=plinth", "-volume.max=10000",
                "-admin.ui=false", "-webdav=false", "-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.iam=false",
                "-s3.autoCreateBucket=false", "-master.telemetry=false",
                *(f"-{name}={port}" for name, port in zip(names, self.storage_ports))]

    def storage_is_ready(self):
        # The bucket is created after S3 answers; this address exists once both are there.
        filer = self.storage_ports[STORAGE_PORTS.index("filer")]
        return status(f"http://127.0.0.1:{self.ports['storage']}/status") == 200 and \
            status(f"http://127.0.0.1:{filer}/buckets/plinth/") == 200

    def status(self, path, process="api"):
        return status(f"http://127.0.0.1:{self.ports[process]}{path}")

    def log_in(self):
        """A token of the owner of the demo data."""
        body = json.dumps({"email": "demo@plinth.example", "password": "plinth-demo-login"}).encode()
        request = urllib.request.Request(f"{self.environment['URL']}/api/v1/auth/login", body,
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)["access_token"]

    def shown(self, text):
        """An output without what belongs to this machine."""
        for name, port in self.ports.items():
            text = text.replace(f"127.0.0.1:{port}", f"127.0.0.1:{SHOWN_PORTS[name]}")
            text = text.replace(f"port {port}", f"port {SHOWN_PORTS[name]}")
        return text.replace(str(self.directory), "/srv/plinth").replace(str(CHECKOUT), ".")


def new_programs():
    """The directory of this checkout's programs."""
    if "PLINTH_BIN" in os.environ:
        return Path(os.environ["PLINTH_BIN"])
    packages = ["plinth-cli", "plinth-api", "plinth-worker", "plinth-render"]
    chosen = [word for package in packages for word in ("-p", package)]
    subprocess.run(["cargo", "build", "--locked", *chosen], cwd=CHECKOUT, check=True)
    return Path(os.environ.get("CARGO_TARGET_DIR", CHECKOUT / "target")) / "debug"


def reaches(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


def status(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None
