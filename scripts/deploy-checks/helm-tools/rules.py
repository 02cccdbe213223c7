"""What every rendered object must be, beyond the schemas of Kubernetes."""

from collections.abc import Iterator
from functools import cache

import yaml

from chart import CHART, ROOT, Fault
from settings_schema import DOCUMENT, settings

RULES = ROOT / "deploy/observability/rules"
PROGRAMS = {"plinth-api", "plinth-worker", "plinth"}
# The sidecar's own settings, from agents/README.md.
SIDECAR = {
    "PLINTH_AGENTS_TOKEN",
    "PLINTH_AGENTS_LISTEN",
    "PLINTH_AGENTS_ALLOW_PLAIN",
    "PLINTH_AGENTS_CONCURRENCY",
    "PLINTH_AGENTS_DRAIN_SECONDS",
}
# Secrets that only migrations and removals may have: who has them can read every organization.
ADMINISTRATORS = [["plinth", "migrate", "up"], ["plinth", "organization", "erase"]]
ADMINISTRATION = {"PLINTH_DATABASE__ADMIN_URL", "PLINTH_DATABASE__BACKUP_PASSWORD", "POSTGRES_PASSWORD"}
# What background work and telemetry take after the drain, in seconds (docs/containers.md).
AFTERWARDS = 8
DRAINS = {
    "api": ("PLINTH_SERVER__SHUTDOWN_DEADLINE_SECONDS", 20),
    "worker": ("PLINTH_WORKER__SHUTDOWN_GRACE_SECONDS", 15),
    "agents": ("PLINTH_AGENTS_DRAIN_SECONDS", 30),
}


def pods(objects: list[dict]) -> Iterator[tuple[str, dict, dict]]:
    """The name, the labels and the specification of every pod."""
    for one in objects:
        spec = one.get("spec", {})
        spec = spec["jobTemplate"]["spec"] if one["kind"] == "CronJob" else spec
        template = one if one["kind"] == "Pod" else spec.get("template")
        if template and "containers" in template.get("spec", {}):
            yield f"{one['kind']} {one['metadata']['name']}", template["metadata"]["labels"], template["spec"]


def variables(container: dict) -> dict[str, dict]:
    names = [variable["name"] for variable in container.get("env", [])]
    if len(names) != len(set(names)):
        raise Fault(f"a variable is set twice: {names}")
    return {variable["name"]: variable for variable in container.get("env", [])}


def check(objects: list[dict]) -> None:
    names = [(one["kind"], one["metadata"]["name"]) for one in objects]
    if len(names) != len(set(names)):
        raise Fault(f"two objects of one name: {names}")
    known = {name for setting in settings(DOCUMENT.read_text()) for name in (setting.variable, *setting.aliases)}
    for name, labels, pod in pods(objects):
        try:
            confined(pod)
            for container in pod["containers"]:
                environment(container, known)
                probed(name, container)
            drained(labels, pod)
        except Fault as fault:
            raise Fault(f"{name}: {fault}") from None
    isolated(objects)
    for one in objects:
        if one["kind"] == "PrometheusRule" and one["spec"]["groups"] != alert_groups():
            raise Fault("the groups of its PrometheusRule are not those of deploy/observability/rules")


@cache
def alert_groups() -> list[dict]:
    """The groups of deploy/observability/rules, which the chart has as copies."""
    source, copies = ({file.name: file.read_text() for file in folder.glob("*.yaml")} for folder in (RULES, CHART / "rules"))
    if source != copies:
        raise Fault(f"run: cp deploy/observability/rules/*.yaml {CHART.relative_to(ROOT)}/rules/")
    return [group for name in sorted(source) for group in yaml.load(source[name], yaml.CSafeLoader)["groups"]]


def confined(pod: dict) -> None:
    """The restricted profile of Pod Security, and no token."""
    if pod.get("automountServiceAccountToken") is not False:
        raise Fault("it mounts a token")
    if pod.get("enableServiceLinks") is not False:
        raise Fault("service links would be settings")
    security = pod["securityContext"]
    if security["runAsNonRoot"] is not True or security["runAsUser"] == 0:
        raise Fault("it may run as root")
    if security["seccompProfile"] != {"type": "RuntimeDefault"}:
        raise Fault("it has no seccomp profile")
    if any(pod.get(key) for key in ("hostNetwork", "hostPID", "hostIPC", "initContainers")):
        raise Fault("it shares a namespace with the node, or has containers that nothing here checks")
    if any("hostPath" in volume for volume in pod.get("volumes", [])):
        raise Fault("it mounts a path of the node")
    for container in pod["containers"]:
        if container["securityContext"] != {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }:
            raise Fault("a container is not confined")


def environment(container: dict, known: set[str]) -> None:
    """Every variable is a setting, or is used in the value of one."""
    found = variables(container)
    program = container.get("command", [""])[0]
    texts = " ".join(variable.get("value", "") for variable in found.values())
    if program in PROGRAMS:
        helpers = {name for name in found if f"$({name})" in texts}
        if unknown := set(found) - known - helpers:
            raise Fault(f"not in docs/configuration.md: {sorted(unknown)}")
        if container["command"] not in ADMINISTRATORS:
            if excess := ADMINISTRATION & set(found):
                raise Fault(f"only migrations and removals may have {sorted(excess)}")
    elif container["name"] == "agents" and set(found) != SIDECAR:
        raise Fault(f"the sidecar has {sorted(found)}")
    order = list(found)
    for name, variable in found.items():
        for other in order[order.index(name) :]:
            if f"$({other})" in variable.get("value", ""):
                raise Fault(f"{name} uses {other}, which is set after it")


def probed(name: str, container: dict) -> None:
    """Requests and a memory limit; probes, unless the pod ends by itself."""
    resources = container["resources"]
    if not {"cpu", "memory"} <= set(resources["requests"]) or "memory" not in resources["limits"]:
        raise Fault("requests of CPU and memory, or the limit of memory, are missing")
    if name.startswith(("CronJob ", "Job ", "Pod ")):
        return
    if missing := {"startupProbe", "livenessProbe", "readinessProbe"} - set(container):
        raise Fault(f"it lacks {sorted(missing)}")
    if container["name"] == "api":
        paths = [container[f"{probe}Probe"]["httpGet"]["path"] for probe in ("startup", "liveness", "readiness")]
        if paths != ["/health", "/health", "/ready?exclude=redis,storage"]:
            raise Fault(f"its probes ask {paths}")


def drained(labels: dict, pod: dict) -> None:
    """The grace is longer than preStop and the drain."""
    component = labels["app.kubernetes.io/component"]
    if component not in DRAINS:
        return
    [container] = pod["containers"]
    variable, default = DRAINS[component]
    drain = int(variables(container).get(variable, {}).get("value", default))
    sleep = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
    if pod["terminationGracePeriodSeconds"] <= sleep + drain + AFTERWARDS:
        raise Fault("the grace period is not longer than preStop and the drain")


def isolated(objects: list[dict]) -> None:
    """One policy selects every pod of the release and allows DNS only, unless all policies are off."""
    policies = [one for one in objects if one["kind"] == "NetworkPolicy"]
    if not policies:
        return
    denying = [one["spec"] for one in policies if one["metadata"]["name"].endswith("-deny")]
    if len(denying) != 1 or "ingress" in denying[0] or denying[0]["policyTypes"] != ["Ingress", "Egress"]:
        raise Fault("no policy denies by default")
    selected = denying[0]["podSelector"]["matchLabels"].items()
    for name, labels, _ in pods(objects):
        if not selected <= labels.items():
            raise Fault(f"{name} is not selected by the policy that denies")
    for policy in policies:
        for rule in policy["spec"].get("ingress", []) + policy["spec"].get("egress", []):
            # `from: []` and `to: []` mean everyone.
            if [] in (rule.get("from"), rule.get("to")):
                raise Fault(f"{policy['metadata']['name']} has an empty list of peers")
