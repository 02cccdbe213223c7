"""The graphs that the sidecar has."""

from plinth_agents.graphs import document_qa, invoice_reader
from plinth_agents.graphs.graph import Graph, Tools

__all__ = ["GRAPHS", "Graph", "Tools"]

GRAPHS: dict[str, Graph] = {graph.name: graph for graph in (document_qa.GRAPH, invoice_reader.GRAPH)}
