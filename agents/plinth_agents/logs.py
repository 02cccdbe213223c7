"""Logs as JSON lines on standard error, without content and without keys."""

import json
import logging
import sys
from datetime import datetime, timezone
from typing import Any

_log = logging.getLogger("plinth_agents")


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, timezone.utc)
        line: dict[str, Any] = {
            "time": time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "target": record.name,
        }
        if record.name == _log.name:
            line["event"] = record.msg
            line |= getattr(record, "fields", {})
        else:
            # The arguments of other libraries' messages may hold addresses, bodies or headers.
            line["event"] = str(record.msg)[:200]
        if record.exc_info and record.exc_info[0]:
            # An exception's text may quote what a model or a document says.
            line["exception"] = record.exc_info[0].__name__
        return json.dumps(line, default=str)


def start() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    _log.setLevel(logging.INFO)


def say(event: str, level: int = logging.INFO, /, **fields: Any) -> None:
    _log.log(level, event, extra={"fields": fields})


def unexpected(event: str, error: BaseException, **fields: Any) -> None:
    """An error that no one foresaw: its type and the place, not its text."""
    place, trace = None, error.__traceback__
    while trace:
        code = trace.tb_frame.f_code
        place = f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}"
        trace = trace.tb_next
    say(event, logging.ERROR, exception=type(error).__name__, place=place, **fields)
