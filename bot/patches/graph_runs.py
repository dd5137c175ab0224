"""Runs of the model's graph without dask.

Rasa makes a dask graph anew for each message and each prediction, and dask looks for an order among a handful of nodes that have
only one. The order is looked for once for each set of targets. What nodes are given, and what a run gives back, is the same.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphNode, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner

_original_run = DaskGraphRunner.run

Step = tuple[str, GraphNode, tuple[str, ...]]
"""A node's name, the node, and whose results it is given, in this order."""


def apply() -> None:
    """Run nodes one after the other."""
    DaskGraphRunner.run = _run


def undo() -> None:
    """Put Rasa's own behaviour back."""
    DaskGraphRunner.run = _original_run


def _run(self: DaskGraphRunner, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
    """Like Rasa's own; a need that nothing provides stays a name, of which the node warns."""
    wanted = tuple(targets or self._graph_schema.target_names)
    plans: dict[tuple[str, ...], list[Step]] = self.__dict__.setdefault("_plans", {})
    if wanted not in plans:
        plans[wanted] = _plan(self._graph_schema.minimal_graph_schema(list(wanted)), self._instantiated_nodes)
    steps = plans[wanted]
    results: dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
    names = {name for name, _, _ in steps}
    for value in (inputs or {}).values():
        if isinstance(value, str) and value in names:
            raise GraphRunError(f"Input value '{value}' clashes with a node name.")
    try:
        for name, node, needs in steps:
            if name not in results:
                results[name] = node(*(results.get(need, need) for need in needs))
    except RuntimeError as error:
        raise GraphRunError("Error running runner.") from error
    return dict(results[name] for name in wanted)


def _plan(schema: GraphSchema, nodes: dict[str, GraphNode]) -> list[Step]:
    """The steps in an order in which each comes after those that it needs."""
    steps: dict[str, Step] = {}

    def add(name: str) -> None:
        if name in steps or name not in schema.nodes:
            return
        needs = tuple(schema.nodes[name].needs.values())
        for need in needs:
            add(need)
        steps[name] = (name, nodes[name], needs)

    for name in schema.nodes:
        add(name)
    return list(steps.values())
