"""The credential: logins and refreshes."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from records import ID, example, signed_in
from server import Call, Server

from plinth_client import AsyncPlinth, Plinth, PlinthError, PlinthProblem
from plinth_client.api import projects

LOGIN = ("POST", "/api/v1/auth/login")
REFRESH = ("POST", "/api/v1/auth/refresh")
PROJECT = ("GET", f"/api/v1/projects/{ID}")
CALLERS = 50
PASSWORD: Any = {"email": "ada@example.com", "password": "correct horse battery"}


def read() -> Any:
    return projects.get_project(ID)


def accepts(token: str) -> Any:
    def script(call: Call) -> None:
        if call.token == token:
            call.answer(200, example("Project"))
        else:
            call.refuse(401, "auth.invalid_token")

    return script


def answers(number: int) -> Any:
    return lambda call: call.answer(200, signed_in(number))


def refreshes_once_all_are_refused(server: Server) -> None:
    """The old token is refused to all callers before the first refresh is answered."""
    refused = threading.Semaphore(0)

    def script(call: Call) -> None:
        if call.token == "pla_2":
            call.answer(200, example("Project"))
        else:
            call.refuse(401, "auth.invalid_token")
            refused.release()

    def refresh(call: Call) -> None:
        for _ in range(CALLERS):
            assert refused.acquire(timeout=20)
        call.answer(200, signed_in(2))

    server.on(*PROJECT, script)
    server.on(*REFRESH, refresh)


def test_fifty_threads_refresh_once(server: Server) -> None:
    refreshes_once_all_are_refused(server)
    with (
        Plinth(server.url, token="pla_1", refresh_token="plr_1") as plinth,
        ThreadPoolExecutor(CALLERS) as threads,
    ):
        found = list(threads.map(lambda _: plinth.send(read()).code, range(CALLERS)))
    assert found == ["HRB-7"] * CALLERS
    assert [call.json() for call in server.to(*REFRESH)] == [{"refresh_token": "plr_1"}]


def test_fifty_tasks_refresh_once(server: Server) -> None:
    refreshes_once_all_are_refused(server)

    async def ask() -> list[Any]:
        async with AsyncPlinth(server.url, token="pla_1", refresh_token="plr_1") as plinth:
            return await asyncio.gather(*(plinth.send(read()) for _ in range(CALLERS)))

    assert len(asyncio.run(ask())) == CALLERS
    assert server.count(*REFRESH) == 1


def test_a_wrong_password_is_sent_once_by_fifty_threads(server: Server) -> None:
    server.on(*LOGIN, lambda call: call.refuse(401, "auth.invalid_credentials"))

    def ask(plinth: Plinth) -> str:
        with pytest.raises(PlinthProblem) as caught:
            plinth.send(read())
        return caught.value.code

    with Plinth(server.url, **PASSWORD) as plinth, ThreadPoolExecutor(CALLERS) as threads:
        codes = list(threads.map(ask, [plinth] * CALLERS))
    assert codes == ["auth.invalid_credentials"] * CALLERS
    assert server.count(*LOGIN) == 1


def test_a_task_that_is_cancelled_stops_no_renewal_of_others(server: Server) -> None:
    asked, go = threading.Event(), threading.Event()

    def refresh(call: Call) -> None:
        asked.set()
        assert go.wait(20)
        call.answer(200, signed_in(2))

    server.on(*PROJECT, accepts("pla_2"))
    server.on(*REFRESH, refresh)

    async def ask() -> Any:
        async with AsyncPlinth(server.url, token="pla_1", refresh_token="plr_1") as plinth:
            first = asyncio.create_task(plinth.send(read()))
            await asyncio.to_thread(asked.wait, 20)
            second = asyncio.create_task(plinth.send(read()))
            while server.count(*PROJECT) < 2:
                await asyncio.sleep(0.01)
            first.cancel()
            go.set()
            with pytest.raises(asyncio.CancelledError):
                await first
            return await second

    assert asyncio.run(ask()).code == "HRB-7"
    assert server.count(*REFRESH) == 1


def test_the_first_request_logs_in(server: Server, connect: Any) -> None:
    server.on(*LOGIN, answers(1))
    server.on(*PROJECT, accepts("pla_1"))
    plinth = connect(**PASSWORD, organization="hochbau-nord")
    assert not server.calls
    plinth.send(read())
    plinth.send(read())
    sent = [call.json() for call in server.to(*LOGIN)]
    assert sent == [{**PASSWORD, "organization": "hochbau-nord"}]
    assert server.to(*LOGIN)[0].token == ""
    assert plinth.plinth.refresh_token == "plr_1"


def test_a_login_that_has_ended_is_made_again(server: Server, connect: Any) -> None:
    server.on(*LOGIN, answers(1), answers(3))
    server.on(*REFRESH, lambda call: call.refuse(401, "auth.invalid_token"))
    server.on(*PROJECT, accepts("pla_1"), accepts("pla_3"))
    plinth = connect(**PASSWORD)
    plinth.send(read())
    plinth.send(read())
    assert (server.count(*LOGIN), server.count(*REFRESH)) == (2, 1)


def test_a_refresh_that_is_cut_is_sent_again_with_the_same_token(
    server: Server, connect: Any
) -> None:
    server.on(*REFRESH, Call.cut, answers(2))
    server.on(*PROJECT, accepts("pla_2"))
    assert connect(refresh_token="plr_1").send(read()).code == "HRB-7"
    sent = [call.json()["refresh_token"] for call in server.to(*REFRESH)[1:]]
    assert sent == ["plr_1"]
    assert server.count(*REFRESH) == 2


def test_a_token_near_its_end_by_the_clock_of_the_server_is_not_used(
    server: Server, connect: Any
) -> None:
    def login(call: Call) -> None:
        ends = signed_in(1, expires_at="2030-01-01T00:00:00Z")
        call.answer(200, ends, Date="Tue, 01 Jan 2030 00:00:00 GMT")

    server.on(*LOGIN, login)
    server.on(*REFRESH, answers(2))
    server.on(*PROJECT, accepts("pla_2"))
    plinth = connect(**PASSWORD)
    server.on(*PROJECT, lambda call: call.answer(200, example("Project")))
    plinth.send(read())
    plinth.send(read())
    assert [call.token for call in server.to(*PROJECT)] == ["pla_1", "pla_2"]


def test_an_api_key_is_never_renewed(server: Server, plinth: Any) -> None:
    server.on(*PROJECT, accepts("another"))
    with pytest.raises(PlinthProblem, match=r"auth\.invalid_token"):
        plinth.send(read())
    assert server.count(*PROJECT) == 1


def test_a_renewed_token_that_is_refused_is_not_renewed_again(server: Server, connect: Any) -> None:
    server.on(*REFRESH, answers(2))
    server.on(*PROJECT, accepts("another"))
    with pytest.raises(PlinthProblem, match=r"auth\.invalid_token"):
        connect(token="pla_1", refresh_token="plr_1").send(read())
    assert (server.count(*PROJECT), server.count(*REFRESH)) == (2, 1)


def test_a_client_without_a_credential_says_what_is_missing(server: Server) -> None:
    with Plinth(server.url) as plinth, pytest.raises(PlinthError, match="needs a credential"):
        plinth.send(read())
    assert not server.calls


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("plinth.example.com", {}),
        ("ftp://plinth.example.com", {}),
        ("https://", {}),
        ("https://ada:secret@plinth.example.com", {}),
        ("https://plinth.example.com?token=1", {}),
        ("https://plinth.example.com", {"email": "ada@example.com"}),
        ("https://plinth.example.com", {"api_key": "plk_1", "token": "pla_1"}),
        ("https://plinth.example.com", {"api_key": "plk_1\n"}),
        ("https://plinth.example.com", {"token": "pla_ü"}),
    ],
)
def test_arguments_that_do_not_fit_are_refused(url: str, options: Any) -> None:
    with pytest.raises(ValueError):
        Plinth(url, **options)


def test_no_secret_is_shown_where_a_client_is_printed(server: Server) -> None:
    with Plinth(server.url, **PASSWORD, token="pla_1", refresh_token="plr_1") as plinth:
        shown = repr(plinth) + repr(plinth._connection)
    assert "pla_1" not in shown and "plr_1" not in shown and "horse" not in shown
