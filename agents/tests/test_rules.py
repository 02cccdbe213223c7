import subprocess
import sys
from pathlib import Path

import pytest
from langgraph.graph import START, StateGraph
from sidecar import ROOT

from plinth_agents.graphs import GRAPHS
from plinth_agents.graphs.document_qa import State
from plinth_agents.graphs.graph import Graph, SynchronousNode, functions
from plinth_agents.settings import InvalidSetting, Settings


def synchronous(state: State) -> State:
    return state


async def asynchronous(state: State) -> State:
    return state


def test_every_node_and_branch_is_asynchronous():
    # Graph refuses others; this sees that it looks at all of them.
    names = {f"{graph}.{name}" for graph in GRAPHS for name, _ in functions(GRAPHS[graph].builder)}
    assert {
        "document_qa.search",
        "document_qa.answer -> search_again",
        "document_qa.cite",
        "invoice_reader.confirm",
        "invoice_reader.create -> is_created",
    } <= names
    for node, branch in ((synchronous, asynchronous), (asynchronous, synchronous), (lambda s: s, asynchronous)):
        builder = StateGraph(State).add_node("node", node).add_edge(START, "node")
        builder.add_conditional_edges("node", branch)
        with pytest.raises(SynchronousNode):
            Graph("x", 1, builder, dict, dict)


def test_the_stubs_are_those_of_the_proto(tmp_path: Path):
    subprocess.run([ROOT / "generate-stubs", sys.executable, tmp_path], check=True)
    for made in (tmp_path / "plinth_agents/pb").iterdir():
        assert made.read_text() == (ROOT / "plinth_agents/pb" / made.name).read_text(), made.name


def test_settings_that_cannot_be_are_refused_without_the_token():
    token = "canary" * 10
    for wrong in (
        {"PLINTH_AGENTS_TOKEN": ""},
        {"PLINTH_AGENTS_TOKEN": "canary"},
        {"PLINTH_AGENTS_LISTEN": "0.0.0.0:8070"},
        {"PLINTH_AGENTS_LISTEN": "[::]:8070"},
        {"PLINTH_AGENTS_CONCURRENCY": "0"},
        {"PLINTH_AGENTS_CONCURRENCY": "many"},
        {"PLINTH_AGENTS_DRAIN_SECONDS": "-1"},
    ):
        with pytest.raises(InvalidSetting) as refused:
            Settings.load({"PLINTH_AGENTS_TOKEN": token} | wrong)
        assert "canary" not in str(refused.value)
    settings = Settings.load({"PLINTH_AGENTS_TOKEN": token, "PLINTH_AGENTS_LISTEN": "unix:/run/x"})
    assert "canary" not in repr(settings)


def test_tracing_to_the_maker_of_langgraph_stays_off():
    code = "import plinth_agents.__main__, langsmith.utils as u; print(u.tracing_is_enabled())"
    made = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(ROOT), "LANGSMITH_TRACING": "true", "LANGCHAIN_TRACING_V2": "true"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert made.stdout == "False\n"
