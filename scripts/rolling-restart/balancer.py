"""HAProxy with the configuration that deploy/haproxy recommends."""

import csv
import io
import os
import shutil
import socket
import subprocess
import time

from installation import CHECKOUT, free_ports

CONFIGURATION = CHECKOUT / "deploy" / "haproxy" / "haproxy.cfg"


class Balancer:
    def __init__(self, installation):
        [port] = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        self.installation = installation
        self.socket = installation.directory / "haproxy.sock"
        self.process = None
        self.environment = {
            "PATH": os.environ["PATH"],
            "PLINTH_BIND": f"127.0.0.1:{port}",
            "PLINTH_API_1": f"127.0.0.1:{installation.ports['api']}",
            "PLINTH_API_2": f"127.0.0.1:{installation.ports['second']}",
        }

    def start(self):
        own = self.installation.directory / "haproxy-of-the-run.cfg"
        own.write_text(f"global\n    stats socket {self.socket} mode 600\n")
        with (self.installation.directory / "logs" / "haproxy").open("a") as log:
            self.process = subprocess.Popen(
                [shutil.which("haproxy"), "-db", "-f", CONFIGURATION, "-f", own], env=self.environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self.installation.user)
        deadline = time.monotonic() + 10
        while not self.socket.exists() or {"UP"} != {row["status"] for row in self.servers()}:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"error: HAProxy does not start; see {log.name}")
            time.sleep(0.1)

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=10)

    def statistics(self):
        with socket.socket(socket.AF_UNIX) as asked:
            asked.connect(str(self.socket))
            asked.sendall(b"show stat\n")
            text = asked.makefile().read()
        return list(csv.DictReader(io.StringIO(text.removeprefix("# "))))

    def servers(self):
        return [row for row in self.statistics() if row["pxname"] == "api" and row["svname"].startswith("api-")]

    def report(self):
        [backend] = [row for row in self.statistics() if (row["pxname"], row["svname"]) == ("api", "BACKEND")]
        return (f"haproxy    {backend['wretr']} connections made again, {backend['wredis']} of them to the other API, "
                f"{backend['econ']} not made; {backend['hrsp_5xx']} answers of 5xx")
