"""Lists over their pages, and what a query consists of."""

from collections.abc import Callable
from typing import Any

from records import example, page
from server import Call, Server

from plinth_client.api import projects

PROJECTS = ("GET", "/api/v1/projects")


def page_of(codes: list[str], cursor: str | None = None, **more: Any) -> Callable[[Call], None]:
    items = [example("Project", code=code) for code in codes]
    return lambda call: call.answer(200, {**page(items, cursor), **more})


def test_the_items_of_all_pages_come_in_order(server: Server, plinth: Any) -> None:
    server.on(*PROJECTS, page_of(["A", "B"], "c1"), page_of([], "c2"), page_of(["C"]))
    request = projects.list_projects(status=["active", "planned"], limit=2)
    assert [project.code for project in plinth.items(request)] == ["A", "B", "C"]
    asked = [call.query for call in server.to(*PROJECTS)]
    assert [query.get("cursor") for query in asked] == [None, "c1", "c2"]
    assert all(query["status"] == "active,planned" and query["limit"] == "2" for query in asked)


def test_a_page_is_asked_for_when_its_items_are_wanted(server: Server, plinth: Any) -> None:
    server.on(*PROJECTS, page_of(["A", "B"], "c1"), page_of(["C"]))
    items = plinth.items(projects.list_projects())
    assert not server.calls
    assert [next(items).code, next(items).code] == ["A", "B"]
    assert server.count(*PROJECTS) == 1
    items.close()
    assert server.count(*PROJECTS) == 1


def test_all_items_are_counted_once(server: Server, plinth: Any) -> None:
    total = {"count": 3, "exact": True}
    server.on(*PROJECTS, page_of(["A", "B"], "c1", total=total), page_of(["C"]))
    first, second = plinth.pages(projects.list_projects(total=True))
    assert first.total.count == 3 and len(first.data) == 2 and len(second.data) == 1
    assert [call.query["total"] for call in server.to(*PROJECTS)] == ["true", "false"]


def test_a_page_that_is_cut_is_asked_for_again(server: Server, plinth: Any) -> None:
    server.on(*PROJECTS, page_of(["A"], "c1"), Call.cut, page_of(["B"]))
    assert [project.code for project in plinth.items(projects.list_projects())] == ["A", "B"]
