"""scripts/deploy-secrets on the stand-ins for gcloud and terraform."""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import real_gcloud

TOOLS = Path(__file__).resolve().parent
ROOT = TOOLS.parents[2]
GIVEN = {
    "CLOUDFLARE_API_TOKEN": "changes",
    "CLOUDFLARE_READ_TOKEN": "reads",
    "R2_ACCESS_KEY_ID": "r2-id",
    "R2_SECRET_ACCESS_KEY": "r2-secret",
}


class Secrets(unittest.TestCase):
    def setUp(self) -> None:
        directory = self.enterContext(tempfile.TemporaryDirectory())
        self.state = Path(directory, "state.json")
        self.write({"base": False, "secrets": {}, "logins": {}})

    def write(self, state: dict) -> None:
        self.state.write_text(json.dumps(state), encoding="utf-8")

    def read(self) -> dict:
        return json.loads(self.state.read_text(encoding="utf-8"))

    def run_it(self, given: dict = GIVEN) -> tuple[int, str]:
        path = f"{TOOLS / 'stand-ins'}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            [sys.executable, "-B", str(ROOT / "scripts/deploy-secrets"), "staging"],
            env={"PATH": path, "PYTHON": sys.executable, "STAND_IN_STATE": str(self.state)} | given,
            text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )
        return done.returncode, done.stdout

    def test_every_secret_of_the_configuration_gets_a_value(self) -> None:
        code, output = self.run_it(GIVEN | {"MAIL_PASSWORD": "word-of-mail"})
        self.assertEqual(code, 0, output)
        state = self.read()
        values = state["secrets"]
        # The names are those of settings.tf.
        text = (ROOT / "deploy/terraform/settings.tf").read_text(encoding="utf-8")
        uses = text.split("secret_uses = {")[1].split("\n  }")[0]
        names = [line.split("=")[0].strip() for line in uses.splitlines() if "variable" in line]
        self.assertEqual(set(values), {f"plinth-{name}" for name in [*names, "cloudflare-token"]})
        password = values["plinth-database-application-password"]
        self.assertEqual(
            values["plinth-database-url"], f"postgres://plinth_app:{password}@10.0.0.2:5432/plinth?sslmode=verify-ca"
        )
        self.assertEqual(
            values["plinth-database-admin-url"],
            f"postgres://plinth_admin:{state['logins']['plinth_admin']}@10.0.0.2:5432/plinth?sslmode=verify-ca",
        )
        self.assertEqual(values["plinth-redis-url"], "redis://:redis-password@10.0.0.3:6379/0")
        self.assertEqual(values["plinth-storage-secret-access-key"], "r2-secret")
        self.assertEqual(values.pop("plinth-cloudflare-token"), "reads")
        for value in values.values():
            self.assertNotIn(value, output)
            self.assertNotIn(value, self.state.with_suffix(".calls").read_text(encoding="utf-8"))

    def test_values_are_kept(self) -> None:
        self.run_it()
        before = self.read()
        code, output = self.run_it()
        self.assertEqual(code, 0, output)
        self.assertEqual(self.read(), before)

    def test_a_run_that_was_cut_is_gone_on_with(self) -> None:
        """The login was not made, and the password is known."""
        self.run_it()
        state = self.read()
        login = state["logins"].pop("plinth_admin")
        self.write(state)
        self.run_it()
        self.assertEqual(self.read()["logins"], {"plinth_admin": login})

    def test_keys_of_the_storage_must_be_given(self) -> None:
        code, output = self.run_it({"CLOUDFLARE_API_TOKEN": "changes", "CLOUDFLARE_READ_TOKEN": "reads"})
        self.assertEqual(code, 1)
        self.assertIn("not set: R2_ACCESS_KEY_ID, R2_SECRET_ACCESS_KEY", output)
        self.assertFalse(self.read()["base"])

    @unittest.skipIf(real_gcloud.MISSING, "gcloud is not on PATH")
    def test_gcloud_takes_every_call(self) -> None:
        self.run_it()
        calls = [json.loads(line)["call"] for line in self.state.with_suffix(".calls").read_text().splitlines()]
        shapes = {tuple(call[1:4]): call for call in calls if call[0] == "gcloud"}
        self.assertGreaterEqual(len(shapes), 6)
        flags = Path(self.state.parent, "flags.yaml")
        flags.write_text("--password: secret\n", encoding="utf-8")
        # That of the run is gone.
        calls = [[f"--flags-file={flags}" if "flags-file" in word else word for word in call] for call in shapes.values()]
        self.assertEqual(real_gcloud.refused(calls), [])


if __name__ == "__main__":
    unittest.main()
