"""Starts API, worker, Prometheus and a collector, drives load, and asks every query of the dashboards and
every alert. Then it takes Redis, the storage and the worker away, and the alerts must fire.

It runs inside `with-servers`, with PROMETHEUS (the directory of its programs) and PROGRAMS (that of
Plinth's).
"""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from check import FILES, ROOT, alerts, read
from load import Load
from processes import Bridge, Programs, answers, free_port, until

# How long there is load: the busiest organizations are those of a full minute.
LOAD_SECONDS = 80
# What `$__rate_interval` is here: scraped each second.
WINDOW = "30s"

# Why a query of a panel has no data here.
EMPTY_PANELS = {
    "Replicas: bytes behind": "this PostgreSQL has no replica",
}

# Why the inputs of an alert are not there.
ABSENT_INPUTS = {
    "kubelet_volume_stats_available_bytes": "only a kubelet has it",
    "kubelet_volume_stats_capacity_bytes": "only a kubelet has it",
    "plinth_http_refused_total": "no organization used up its share: the series begins with the first refusal",
}

# Which alerts must fire when Redis, the storage and the worker are away.
AWAY = ("RedisAway", "StorageAway", "NoWorkerLeads", "ProcessDown")

PROMETHEUS_YML = """
global: {{ scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }}
rule_files: ["{rules}/*.yaml"]
scrape_configs:
  - {{ job_name: plinth-api, static_configs: [{{ targets: ["127.0.0.1:{api}"] }}] }}
  - {{ job_name: plinth-worker, static_configs: [{{ targets: ["127.0.0.1:{worker}"] }}] }}
  - {{ job_name: postgres, static_configs: [{{ targets: ["127.0.0.1:{postgres}"] }}] }}
"""


class Prometheus:
    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def get(self, path: str, **query: str) -> Any:
        with urllib.request.urlopen(f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(query)}", timeout=20) as answer:
            return json.load(answer)["data"]

    def values(self, query: str) -> list[float]:
        """The numbers that a query answers; NaN is none."""
        result = self.get("query", query=query)
        numbers = [result["result"][1]] if result["resultType"] == "scalar" else [s["value"][1] for s in result["result"]]
        return [float(number) for number in numbers if number != "NaN"]


def selectors(expression: str) -> set[str]:
    """The vector selectors of an expression, without their ranges."""
    found = re.findall(r"[a-z_]+(?::[a-z_0-9:]+)?(?:\{[^}]*\})?", re.sub(r"\b(by|on) \([^)]*\)", "", expression))
    prefixes = ("plinth", "http_", "db_", "pg_", "up", "target_info", "kubelet", "gen_ai")
    return {selector for selector in found if selector.startswith(prefixes)}


def check_panels(prometheus: Prometheus) -> list[str]:
    faults, asked, empty = [], 0, []
    for path in sorted((FILES / "grafana/dashboards").glob("*.json")):
        for panel in json.loads(path.read_text())["panels"]:
            for target in panel["targets"]:
                asked += 1
                if prometheus.values(target["expr"].replace("$__rate_interval", WINDOW)):
                    continue
                if reason := EMPTY_PANELS.get(panel["title"]):
                    empty.append(f"{panel['title']} ({reason})")
                else:
                    faults.append(f"{path.stem}, {panel['title']}: no data for {target['expr']}")
    print(f"{asked - len(faults) - len(empty)} of {asked} queries of panels have data; empty: {', '.join(empty) or 'none'}")
    return faults


def check_adapter(prometheus: Prometheus) -> list[str]:
    """What prometheus-adapter would ask for the autoscalers of the Helm chart has data."""
    rules = read(FILES / "prometheus-adapter.yaml")["rules"]
    asked, faults = 0, []
    for rule in (*rules["custom"], *rules["external"]):
        query = rule["metricsQuery"]
        series = rule["seriesQuery"].partition("{")[0]
        # The labels of pods are Kubernetes' own.
        for name, value in {"Series": series, "LabelMatchers": "", "GroupBy": "instance"}.items():
            query = query.replace(f"<<.{name}>>", value)
        asked += 1
        if not prometheus.values(query):
            faults.append(f"prometheus-adapter.yaml: no data for {query}")
    print(f"{asked - len(faults)} of {asked} queries of prometheus-adapter have data")
    return faults


def check_alerts(prometheus: Prometheus) -> list[str]:
    """An alert fires, or it is silent though all its inputs are there, or one of them is absent for a
    known reason."""
    faults = []
    for name, rule in alerts().items():
        firing = bool(prometheus.values(rule["expr"]))
        inputs = {selector: bool(prometheus.values(f"count({selector})")) for selector in selectors(rule["expr"])}
        absent = [selector for selector, is_there in inputs.items() if not is_there]
        reasons = {ABSENT_INPUTS.get(re.split(r"[{]", selector)[0]) for selector in absent}
        expect_inputs = "absent(" in rule["expr"] and firing
        state = "condition holds" if firing else "silent"
        if not inputs:
            faults.append(f"{name}: no input is known in {rule['expr']}")
        if absent and not expect_inputs and not all(reasons):
            faults.append(f"{name}: there is no {', '.join(absent)}")
        reason = "; ".join(filter(None, reasons)) or f"{len(inputs)} inputs are there"
        print(f"  {name}: {state}; {reason}")
    health = {rule["name"]: rule["health"] for group in prometheus.get("rules")["groups"] for rule in group["rules"]}
    return faults + [f"{name}: {state}" for name, state in health.items() if state != "ok"]


def check_documentation(ports: tuple[int, int]) -> list[str]:
    """docs/observability.md has the metrics that the processes have, and no other."""
    documented = set(re.findall(r"^\| `[a-z_.]+` \| `([a-z_]+)` \|", (ROOT / "docs/observability.md").read_text(), re.MULTILINE))
    served: set[str] = set()
    for port in ports:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            served |= set(re.findall(r"^# TYPE (\w+) ", answer.read().decode(), re.MULTILINE))
    served -= {"target_info"}
    print(f"{len(served)} metrics, each in docs/observability.md")
    return [f"docs/observability.md and the processes: {', '.join(sorted(documented ^ served))}"] if documented ^ served else []


def check_logs(programs: Programs) -> list[str]:
    """The log lines of requests name their traces."""
    lines = [json.loads(line) for line in programs.log("api").read_text().splitlines() if line.startswith("{")]
    requests = [line for line in lines if line.get("target") == "plinth::request" or line.get("message") == "request"]
    named = [line for line in requests if re.fullmatch("[0-9a-f]{32}", str(line.get("trace_id")))]
    print(f"{len(named)} of {len(requests)} log lines of requests have a trace id")
    return [] if requests and len(named) == len(requests) else ["log lines of requests without a trace id"]


def main() -> int:
    work = ROOT / ".local/observability"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    programs = Programs(work)
    try:
        return check(programs, work)
    finally:
        programs.stop_all()


def check(programs: Programs, work: Path) -> int:
    plinth, tools = Path(os.environ["PROGRAMS"]), Path(os.environ["PROMETHEUS"])
    database = os.environ["PLINTH_TEST_DATABASE_URL"]
    redis = urllib.parse.urlsplit(os.environ["PLINTH_TEST_REDIS_URL"])
    s3 = urllib.parse.urlsplit(os.environ["PLINTH_TEST_S3_URL"])
    redis_bridge = Bridge(redis.hostname or "", redis.port or 6379)
    s3_bridge = Bridge(s3.hostname or "", s3.port or 80)
    api, api_metrics, worker_metrics, exporter, port, otlp = (free_port() for _ in range(6))

    provider_port = work / "provider.port"
    programs.start("provider", sys.executable, ROOT / "scripts/openai-sdks/provider.py", provider_port)
    collector = Path(sysconfig.get_paths()["purelib"]) / "rotel/rotel-agent"
    collector.chmod(0o755)
    programs.start(
        "collector", collector, "start", "--exporter=blackhole", f"--otlp-http-endpoint=127.0.0.1:{otlp}",
        f"--otlp-grpc-endpoint=127.0.0.1:{free_port()}", "--debug-log=traces", "--debug-log=metrics", "--debug-log=logs",
    )  # fmt: skip
    until("the provider of models starts", lambda: provider_port.exists() and provider_port.read_text())
    provider = f"127.0.0.1:{provider_port.read_text()}"
    # Without the credentials, which the bridge's address replaces.
    redis_url = f"redis://{redis.netloc.rpartition('@')[0] + '@' if '@' in redis.netloc else ''}127.0.0.1:{redis_bridge.port}{redis.path}"
    settings = {
        "DATABASE_URL": database,
        "REDIS_URL": redis_url,
        "PLINTH_STORAGE__KIND": "s3",
        "PLINTH_STORAGE__ENDPOINT": f"http://127.0.0.1:{s3_bridge.port}",
        "PLINTH_STORAGE__BUCKET": "plinth",
        "PLINTH_STORAGE__ACCESS_KEY_ID": s3.username or "",
        "PLINTH_STORAGE__SECRET_ACCESS_KEY": s3.password or "",
        "PLINTH_SECURITY__SECRET_KEY": "a key of this check, and of nothing else",
        "PLINTH_OUTGOING__ALLOW": provider,
        "PLINTH_TELEMETRY__LOG_FORMAT": "json",
        "PLINTH_TELEMETRY__OTLP_ENDPOINT": f"http://127.0.0.1:{otlp}",
        "PLINTH_RATE_LIMITS__CREDENTIAL_BURST": "20",
        "PLINTH_RATE_LIMITS__ADDRESS_BURST": "1000000",
        "PLINTH_LIMITS__OPEN_INVITATIONS": "1",
        "PLINTH_SERVER__MAX_STREAMS_PER_USER": "2",
        "PLINTH_SERVER__PORT": str(api),
        "OTEL_METRIC_EXPORT_INTERVAL": "2000",
    }
    for command in (("migrate", "up"), ("seed",)):
        programs.start(command[0], plinth / "plinth", *command, env=settings)
        if programs.running.pop(command[0]).wait(300) != 0:
            raise SystemExit(f"error: plinth {' '.join(command)}; see {programs.log(command[0])}")
    metrics = "PLINTH_TELEMETRY__PROMETHEUS_ADDRESS"
    programs.start("api", plinth / "plinth-api", env={**settings, metrics: f"127.0.0.1:{api_metrics}"})
    programs.start("worker", plinth / "plinth-worker", env={**settings, metrics: f"127.0.0.1:{worker_metrics}"})
    source = {"DATA_SOURCE_NAME": f"{monitoring_role(database)}?sslmode=disable"}
    programs.start(
        "exporter", tools / "prometheus-postgres-exporter", f"--web.listen-address=127.0.0.1:{exporter}",
        f"--extend.query-path={Path(__file__).with_name('exporter.yaml')}", env=source,
    )  # fmt: skip
    config = work / "prometheus.yml"
    config.write_text(PROMETHEUS_YML.format(rules=FILES / "rules", api=api_metrics, worker=worker_metrics, postgres=exporter))
    jobs = {scrape["job_name"] for scrape in read(FILES / "prometheus.yml")["scrape_configs"]}
    used = {scrape["job_name"] for scrape in read(config)["scrape_configs"]}
    with tempfile.TemporaryDirectory() as data:
        programs.start(
            "prometheus", tools / "prometheus", f"--config.file={config}", f"--storage.tsdb.path={data}",
            f"--web.listen-address=127.0.0.1:{port}",
        )  # fmt: skip
        prometheus = Prometheus(port)
        until("the API starts", lambda: answers(f"http://127.0.0.1:{api}/ready"))
        until("Prometheus starts", lambda: answers(f"{prometheus.url}/-/ready"))
        faults = [] if used <= jobs else [f"prometheus.yml has no job {sorted(used - jobs)}"]
        load = Load(api, provider)
        load.start()
        time.sleep(LOAD_SECONDS)
        faults += check_panels(prometheus) + check_alerts(prometheus) + check_adapter(prometheus)
        faults += check_documentation((api_metrics, worker_metrics))
        load.stop()
        print(f"{load.rounds} rounds of load in {LOAD_SECONDS} s")
        faults += check_logs(programs)
        faults += check_collector(programs)

        redis_bridge.cut()
        s3_bridge.cut()
        programs.stop("worker")
        rules = alerts()

        def all_fire() -> bool:
            answers(f"http://127.0.0.1:{api}/ready")
            return all(prometheus.values(rules[name]["expr"]) for name in AWAY)

        until(f"the conditions of {', '.join(AWAY)} hold", all_fire)
        print(f"without Redis, storage and worker the conditions of {', '.join(AWAY)} hold")
    for fault in faults:
        print(f"error: {fault}", file=sys.stderr)
    return 1 if faults else 0


def monitoring_role(database: str) -> str:
    """The URL of a role for the exporter, which may read statistics alone. Its library refuses the
    password of the tests' administrator, which is hashed once only."""
    statements = "SET scram_iterations = 4096; CREATE ROLE monitoring LOGIN PASSWORD 'monitoring' IN ROLE pg_monitor"
    psql = Path(os.environ["PLINTH_POSTGRES_BIN"]) / "psql"
    subprocess.run([psql, "--quiet", "--dbname", database, "--command", statements], check=True)
    address = urllib.parse.urlsplit(database)
    return address._replace(netloc=f"monitoring:monitoring@{address.netloc.rpartition('@')[2]}").geturl()


def check_collector(programs: Programs) -> list[str]:
    """The collector has received all three signals."""
    received = {signal: programs.said("collector", f"(?i)received {signal}") for signal in ("traces", "metrics", "logs")}
    print(f"the collector has received {', '.join(signal for signal, arrived in received.items() if arrived)}")
    return [f"the collector received no {signal}" for signal, arrived in received.items() if not arrived]


if __name__ == "__main__":
    sys.exit(main())
