"""What a graph is to the sidecar."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from langgraph.graph import StateGraph

from plinth_agents.api import Api
from plinth_agents.gateway import Gateway


@dataclass(frozen=True)
class Tools:
    """What nodes may use, as `runtime.context`."""

    gateway: Gateway
    api: Api


class SynchronousNode(TypeError):
    """A node that would run in a thread, and go on after the run was cancelled."""


@dataclass(frozen=True)
class Graph:
    name: str
    version: int
    """Grows when nodes or state change so that a checkpoint of before cannot be resumed."""
    builder: StateGraph
    input: Callable[[dict[str, Any]], dict[str, Any]]
    """Makes the first state of a run's input, or raises `Fault("input_invalid")`."""
    output: Callable[[dict[str, Any]], dict[str, Any]]

    def __post_init__(self) -> None:
        for name, function in functions(self.builder):
            if not inspect.iscoroutinefunction(function):
                raise SynchronousNode(f"{self.name}: {name} is not `async def`")


def functions(builder: StateGraph) -> list[tuple[str, Any]]:
    """Nodes, and what decides where to go after a node."""
    runnables = [(name, node.runnable) for name, node in builder.nodes.items()]
    for name, branches in builder.branches.items():
        runnables += [(f"{name} -> {branch}", spec.path) for branch, spec in branches.items()]
    return [(name, _function(runnable)) for name, runnable in runnables]


def _function(runnable: Any) -> Any:
    """The function of a runnable; `None` when it also has a synchronous one."""
    if getattr(runnable, "func", None) is not None:
        return runnable.func
    return getattr(runnable, "afunc", None)
