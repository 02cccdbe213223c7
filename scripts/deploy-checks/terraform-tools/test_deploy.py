"""scripts/deploy on stand-ins for gcloud and terraform, and on a real HTTP server as the API."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import real_gcloud

TOOLS = Path(__file__).resolve().parent
SCRIPTS = TOOLS.parent.parent
SECRETS = {"secrets": {"plinth-cloudflare-token": "token-of-cloudflare"}}
IMAGES = {"IMAGE": "plinth@sha256:1", "AGENTS_IMAGE": "agents@sha256:2"}


def component(name: str, **fields) -> dict:
    return {"revisions": [f"{name}-1"], "follows": True, "split": {}, "tags": {}} | fields


class Api(BaseHTTPRequestHandler):
    """The URL of the service, and below /candidate that of its tag."""

    def do_GET(self) -> None:
        state = json.loads(self.server.state.read_text(encoding="utf-8"))
        share = state.get("plinth-api", {}).get("split", {}).get("plinth-api-2", 0)
        broken = share in state.get("breaks_at", [])
        ready = 503 if broken else 200
        answers = {"/health": (200, {"version": "1"}), "/ready": (ready, {}), "/api/v1/projects": (401, {"code": "auth"})}
        if self.path.startswith("/candidate") and state.get("candidate_breaks"):
            answers["/ready"] = (500, {})
        status, body = answers[self.path.removeprefix("/candidate")]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_) -> None:
        pass


class Deploy(unittest.TestCase):
    def setUp(self) -> None:
        self.directory = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.state = self.directory / "state.json"
        server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
        server.state = self.state
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.url = f"http://127.0.0.1:{server.server_port}"

    def write(self, **fields) -> None:
        deployed = {name: component(name) for name in ("plinth-api", "plinth-worker")}
        self.state.write_text(json.dumps({"url": self.url} | SECRETS | deployed | fields), encoding="utf-8")

    def start(self, *arguments: str, hold: str = "--hold=1", images: dict = IMAGES) -> subprocess.Popen:
        path = f"{TOOLS / 'stand-ins'}{os.pathsep}{os.environ['PATH']}"
        env = {"PATH": path, "PYTHON": sys.executable, "STAND_IN_STATE": str(self.state)} | images
        command = [sys.executable, "-B", str(SCRIPTS / "deploy"), "staging", hold, *arguments]
        return subprocess.Popen(
            command, env=env, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def deploy(self, *arguments: str, **options) -> tuple[int, str]:
        process = self.start(*arguments, **options)
        output, _ = process.communicate(timeout=300)
        return process.returncode, output

    def calls(self) -> list[dict]:
        path = self.state.with_suffix(".calls")
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True) if path.exists() else []
        # The last one may be in the making.
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def changes(self) -> list[str]:
        """The calls that change something, in order, without what is the same in all of them."""
        changes = []
        for it in self.calls():
            words = [word for word in it["call"] if not word.startswith(("--project", "--region", "-chdir"))]
            if not {"list", "secrets", "init"} & set(words):
                changes.append(" ".join(words))
        return changes

    def serving(self, name: str) -> dict:
        state = json.loads(self.state.read_text(encoding="utf-8"))[name]
        return {state["revisions"][-1]: 100} if state["follows"] else state["split"]

    def assert_version_before(self) -> None:
        self.assertEqual(self.serving("plinth-api"), {"plinth-api-1": 100})
        self.assertEqual(self.serving("plinth-worker"), {"plinth-worker-1": 100})
        self.assertEqual(json.loads(self.state.read_text(encoding="utf-8"))["plinth-api"]["tags"], {})

    def test_a_version_gets_10_percent_and_then_everything(self) -> None:
        self.write()
        code, output = self.deploy()
        self.assertEqual(code, 0, output)
        traffic, split = "gcloud run services update-traffic plinth-api", "gcloud beta run worker-pools update-instance-split plinth-worker"
        plan = next(it for it in self.changes() if it.startswith("terraform plan"))
        apply = next(it for it in self.changes() if it.startswith("terraform apply"))
        self.assertEqual(
            self.changes(),
            [
                f"{traffic} --to-revisions=plinth-api-1=100",
                f"{split} --to-revisions=plinth-worker-1=100",
                plan,
                apply,
                "gcloud run jobs execute plinth-migrate --wait",
                f"{split} --to-revisions=plinth-worker-2=100",
                f"{traffic} --set-tags=candidate=plinth-api-2",
                f"{traffic} --to-revisions=plinth-api-2=10,plinth-api-1=90",
                f"{traffic} --to-revisions=plinth-api-2=100",
                f"{traffic} --clear-tags",
            ],
        )
        # What is planned is what is applied.
        self.assertEqual(plan.split("-out=")[1], apply.split()[-1])
        migration = next(it for it in self.calls() if "plinth-migrate" in it["call"])
        self.assertEqual(
            {name: [each["revisionName"] for each in shares] for name, shares in migration["serving"].items()},
            {"plinth-api": ["plinth-api-1"], "plinth-worker": ["plinth-worker-1"]},
        )
        self.assertEqual(self.serving("plinth-api"), {"plinth-api-2": 100})
        self.assertEqual(self.serving("plinth-worker"), {"plinth-worker-2": 100})
        self.assertIn("times ready in 1 s", output)

    def test_a_failure_at_10_percent_goes_back(self) -> None:
        self.write(breaks_at=[10])
        code, output = self.deploy()
        self.assertEqual(code, 1, output)
        self.assertIn("answered 503 instead of 200", output)
        self.assertNotIn("--to-revisions=plinth-api-2=100", "\n".join(self.changes()))
        self.assert_version_before()

    def test_a_failure_at_100_percent_goes_back(self) -> None:
        self.write(breaks_at=[100])
        code, output = self.deploy()
        self.assertEqual(code, 1, output)
        self.assertIn("--to-revisions=plinth-api-2=100", "\n".join(self.changes()))
        self.assert_version_before()

    def test_a_candidate_that_does_not_answer_gets_no_traffic(self) -> None:
        self.write(candidate_breaks=True)
        code, output = self.deploy()
        self.assertEqual(code, 1, output)
        self.assertNotIn("plinth-api-2=10", "\n".join(self.changes()))
        self.assert_version_before()

    def test_a_migration_that_fails_moves_nothing(self) -> None:
        self.write(migration_fails=True)
        code, output = self.deploy()
        self.assertEqual(code, 1, output)
        self.assertIn("nothing has moved", output)
        self.assertNotIn("-2", " ".join(self.changes()))
        self.assert_version_before()

    def test_an_apply_that_fails_moves_nothing(self) -> None:
        self.write(apply_fails=True)
        code, output = self.deploy()
        self.assertEqual(code, 1, output)
        self.assertNotIn("plinth-migrate", " ".join(self.changes()))
        self.assert_version_before()

    def test_the_first_deployment_has_nothing_to_go_back_to(self) -> None:
        self.state.write_text(json.dumps({"url": self.url} | SECRETS), encoding="utf-8")
        code, output = self.deploy()
        self.assertEqual(code, 0, output)
        self.assertEqual([it.split()[0:2] for it in self.changes()][:2], [["terraform", "plan"], ["terraform", "apply"]])
        self.assertEqual(self.serving("plinth-api"), {"plinth-api-1": 100})

    def test_after_a_deployment_that_was_killed_the_larger_share_is_the_version_before(self) -> None:
        split = {"plinth-api-2": 10, "plinth-api-1": 90}
        api = component("plinth-api", revisions=["plinth-api-1", "plinth-api-2"], follows=False, split=split)
        self.write(**{"plinth-api": api, "migration_fails": True})
        code, output = self.deploy()
        self.assertEqual(code, 1, output)
        self.assert_version_before()

    def test_a_deployment_that_is_cancelled_goes_back(self) -> None:
        self.write()
        process = self.start(hold="--hold=50")
        deadline = time.monotonic() + 120
        while "plinth-api-2=10" not in "\n".join(self.changes()):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 1, output)
        self.assert_version_before()

    def test_when_the_api_cannot_go_back_the_worker_does_and_the_command_is_printed(self) -> None:
        self.write(breaks_at=[10], refuses_after_tag=True)
        code, output = self.deploy()
        self.assertEqual(code, 1, output)
        self.assertIn("GOING BACK FAILED, repeat it by hand", output)
        self.assertEqual(self.serving("plinth-worker"), {"plinth-worker-1": 100})

    def test_a_dry_run_prints_every_step_and_calls_no_cloud(self) -> None:
        self.write()
        code, output = self.deploy("--dry-run", images={})
        self.assertEqual(code, 0, output)
        self.assertIn("PLAN of REGISTRY/image@sha256:000", output)
        for step in ("init", "plan", "apply", "execute plinth-migrate", "-NEW=10,plinth-api-BEFORE=90", "-NEW=100", "smoke"):
            self.assertIn(step, output)
        commands = [it["call"][2] for it in self.calls() if "version" not in it["call"]]
        self.assertEqual(commands, ["init", "test"])

    def test_an_image_must_be_given(self) -> None:
        self.write()
        code, output = self.deploy(images={})
        self.assertEqual(code, 1)
        self.assertIn("IMAGE is not set", output)
        self.assertEqual(self.calls(), [])

    @unittest.skipIf(real_gcloud.MISSING, "gcloud is not on PATH")
    def test_gcloud_takes_every_call(self) -> None:
        # So that it goes through every step, and back.
        self.write(breaks_at=[100])
        self.deploy()
        # Of calls with the same words, one.
        shapes = {re.sub("=[^ ]*", "", " ".join(it["call"])): it["call"] for it in self.calls() if it["call"][0] == "gcloud"}
        self.assertGreaterEqual(len(shapes), 8)
        self.assertEqual(real_gcloud.refused(list(shapes.values())), [])


if __name__ == "__main__":
    unittest.main()
