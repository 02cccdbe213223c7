"""python -m plinth_agents"""

import asyncio
import os
import sys

# Before LangGraph is imported: content never goes to its maker's tracing service.
for _name in ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2"):
    os.environ[_name] = "false"
# gRPC's core writes lines that are no JSON, with what peers sent.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")

from plinth_agents import logs  # noqa: E402
from plinth_agents.server import serve  # noqa: E402
from plinth_agents.settings import InvalidSetting, Settings  # noqa: E402


def main() -> int:
    logs.start()
    try:
        settings = Settings.load()
    except InvalidSetting as invalid:
        print(f"error: {invalid}", file=sys.stderr)
        return 2
    try:
        asyncio.run(serve(settings))
    except RuntimeError as error:
        print(f"error: cannot listen on {settings.listen}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
