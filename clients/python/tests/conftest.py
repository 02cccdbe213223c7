from collections.abc import Callable, Iterator
from typing import Any

import pytest
from clients import InTasks, InThreads
from server import Server

Connect = Callable[..., Any]


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture(params=[InThreads, InTasks], ids=["threads", "tasks"])
def connect(request: pytest.FixtureRequest, server: Server) -> Iterator[Connect]:
    """Makes a client of the server, one for threads and one for tasks."""
    opened: list[Any] = []

    def make(**options: Any) -> Any:
        if not options.keys() & {"email", "token", "refresh_token"}:
            options["api_key"] = "plk_1"
        client = request.param(server.url, **options)
        opened.append(client)
        return client

    yield make
    for client in opened:
        client.close()


@pytest.fixture
def plinth(connect: Connect) -> Any:
    return connect()
