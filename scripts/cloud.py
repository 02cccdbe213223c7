"""An environment of deploy/terraform, and the programs that change it."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONFIGURATION = ROOT / "deploy/terraform"
# The names in modules/service.
API, WORKER, MIGRATE = "plinth-api", "plinth-worker", "plinth-migrate"


class Failed(Exception):
    """A step that did not succeed; the message is for the person who deploys."""


class Cloud:
    def __init__(self, environment: str, *, dry_run: bool = False) -> None:
        self.dry_run = dry_run
        self.directory = f"environments/{environment}"
        self.variables = f"{self.directory}/terraform.tfvars"
        if not (CONFIGURATION / self.variables).is_file():
            known = sorted(path.parent.name for path in CONFIGURATION.glob("environments/*/terraform.tfvars"))
            raise Failed(f"there is no environment {environment}: there are {', '.join(known)}")
        text = (CONFIGURATION / self.variables).read_text(encoding="utf-8")
        values = dict(re.findall(r'^(\w+)\s*=\s*"([^"]*)"', text, re.M))
        self.project, self.region = values["project"], values["region"]
        # Each environment has its own, so that neither works on the state of the other.
        data = ROOT / ".local/terraform/data" / environment
        # Terraform takes paths from its own directory.
        self.plan = os.path.relpath(data / "plan", CONFIGURATION)
        if not dry_run:
            data.mkdir(parents=True, exist_ok=True)
        self.env = os.environ | {"TF_DATA_DIR": str(data), "TF_IN_AUTOMATION": "1", "CLOUDSDK_CORE_DISABLE_PROMPTS": "1"}

    def run(self, *command: str) -> None:
        """Prints a command and runs it. A dry run only prints it."""
        print("+", shlex.join(command), flush=True)
        if not self.dry_run:
            self.execute(*command)

    def ask(self, *command: str) -> str:
        """The output of a command that changes nothing."""
        return self.execute(*command, stdout=subprocess.PIPE).stdout

    def execute(self, *command: str, **options) -> subprocess.CompletedProcess:
        try:
            done = subprocess.run(command, cwd=ROOT, env=self.env, text=True, check=False, **options)
        except FileNotFoundError:
            raise Failed(f"{command[0]} is not on PATH") from None
        if done.returncode != 0:
            raise Failed(f"exit code {done.returncode} of {shlex.join(command)}")
        return done

    def gcloud(self, *words: str) -> tuple[str, ...]:
        return ("gcloud", *words, f"--project={self.project}")

    def terraform(self, command: str, *words: str) -> tuple[str, ...]:
        return ("terraform", "-chdir=deploy/terraform", command, "-input=false", *words)

    def initialize(self) -> None:
        self.run(*self.terraform("init", f"-backend-config={self.directory}/backend.hcl"))

    def plan_and_apply(self, *options: str) -> None:
        """Asks a person before; a pipeline has decided already. A dry run plans elsewhere."""
        self.run(*self.terraform("plan", f"-var-file={self.variables}", f"-out={self.plan}", *options))
        if not self.dry_run and sys.stdin.isatty() and input("Apply this plan? [y/N] ").strip().lower() != "y":
            raise Failed("not applied")
        self.run(*self.terraform("apply", self.plan))

    def secret(self, name: str) -> str:
        return self.ask(*self.gcloud("secrets", "versions", "access", "latest", f"--secret={name}")).strip()

    def outputs(self) -> dict:
        text = self.ask("terraform", "-chdir=deploy/terraform", "output", "-json")
        return {name: output["value"] for name, output in json.loads(text).items()}


def program(main) -> None:
    """Runs a script; ends with 1 when a step fails."""
    try:
        main()
    except Failed as failure:
        sys.exit(f"error: {failure}")
