"""Restarts each API and worker of an installation some times, under load."""

import argparse
import asyncio
import sys

from replicas import Replicas, under_load


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--restarts", type=int, default=20, help="how many of the API")
    parser.add_argument("--rate", type=float, default=200, help="requests a second")
    arguments = parser.parse_args()
    replicas = Replicas("rolling-restart")
    try:
        replicas.installation.start_servers()
        replicas.installation.call("plinth", "migrate", "up")
        replicas.start()
        return asyncio.run(
            under_load(replicas, lambda: replicas.roll(arguments.restarts), rate=arguments.rate))
    finally:
        replicas.close()


if __name__ == "__main__":
    sys.exit(main())
