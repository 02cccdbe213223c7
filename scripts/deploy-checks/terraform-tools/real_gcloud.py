"""Whether the real gcloud takes command lines: it reads all of one before it looks for an account."""

import os
import shutil
import subprocess
import tempfile

MISSING = shutil.which("gcloud") is None


def refused(calls: list[list[str]]) -> list[str]:
    """What gcloud says about those that it does not take. Nothing is sent: there is no account."""
    answers = []
    with tempfile.TemporaryDirectory() as empty:
        env = os.environ | {"CLOUDSDK_CONFIG": empty, "CLOUDSDK_CORE_DISABLE_PROMPTS": "1"}
        for call in calls:
            done = subprocess.run(call, env=env, input="", capture_output=True, text=True, check=False)
            if "active account" not in done.stderr:
                answers.append(f"{call}: {done.stderr}")
    return answers
