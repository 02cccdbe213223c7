"""Two APIs behind HAProxy and two workers, which are restarted one after the other, under load."""

import asyncio
import signal
import subprocess
import time

from balancer import Balancer
from installation import Installation
from load import Load

APIS, WORKERS = ("api", "second-api"), ("worker", "second-worker")
# Kubernetes kills a process 30 s after SIGTERM; the chart allows that and its preStop.
GRACE_SECONDS = 30
# The load runs for so long before the first restart, and after the last one.
CALM_SECONDS = 5


class Replicas:
    """With the settings of production."""

    def __init__(self, name, programs=None):
        self.installation = Installation(name, programs)
        self.balancer = Balancer(self.installation)
        environment = self.installation.environment
        # As in production: 5 s.
        del environment["PLINTH_SERVER__DRAIN_DELAY_SECONDS"]
        environment["PLINTH_SERVER__TRUSTED_PROXIES"] = "1"
        self.restarts = []

    def start(self):
        for name in (*APIS, *WORKERS):
            self.installation.start(name)
        self.balancer.start()

    def close(self):
        self.balancer.stop()
        self.installation.close()

    def restart(self, name, programs=None):
        """SIGTERM, wait for the end, start, wait until it is ready. Programs of a directory, or the same."""
        process = self.installation.processes.pop(name)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(timeout=GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            code = f"none within {GRACE_SECONDS} s"
        if code != 0:
            raise SystemExit(f"error: {name} ended with {code}")
        ended = time.monotonic()
        if programs:
            self.installation.use(programs)
        self.installation.start(name)
        self.restarts.append((name, ended - begun, time.monotonic() - ended))
        print(f"  {name}: ended after {ended - begun:.1f} s, ready after {time.monotonic() - ended:.1f} s", flush=True)

    def roll(self, restarts, programs=None):
        """Each API in turn, and beside every second one a worker."""
        for number in range(restarts):
            self.restart(APIS[number % 2], programs)
            if number % 2:
                self.restart(WORKERS[number // 2 % 2], programs)

    def report(self):
        lines = []
        for what, names in (("API", APIS), ("worker", WORKERS)):
            chosen = [one for one in self.restarts if one[0] in names]
            if chosen:
                ends, starts = sorted(one[1] for one in chosen), sorted(one[2] for one in chosen)
                lines.append(f"restarts   {len(chosen)} of the {what}: ended within {ends[0]:.1f} to {ends[-1]:.1f} s, "
                             f"ready within {starts[0]:.1f} to {starts[-1]:.1f} s")
        return [*lines, self.balancer.report()]


async def under_load(replicas, work, **options):
    """Runs `work` in a thread beside the load; the exit code."""
    async with Load(replicas.balancer.url, **options) as load:
        await load.begin()
        await asyncio.sleep(CALM_SECONDS)
        try:
            await asyncio.to_thread(work)
        except SystemExit as fault:
            load.fail("restart", fault)
        await asyncio.sleep(CALM_SECONDS)
        await load.end()
        lines, keeps_up = load.report()
    print("\n".join([*lines, *replicas.report()]))
    for at, what, detail in load.failures[:30]:
        print(f"failure at {time.strftime('%H:%M:%S', time.gmtime(at))}.{at % 1 * 1000:03.0f}: {what}: {detail}")
    if not keeps_up:
        print("error: the load does not keep up with its rate on this machine")
    return 1 if load.failures or not keeps_up else 0
