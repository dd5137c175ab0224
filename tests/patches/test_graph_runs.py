"""The model's graph gives without dask what it gives with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.engine.exceptions import GraphComponentException, GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage

from bot.patches import graph_runs

CALLS: list[str] = []


class Joins(GraphComponent):
    """Joins what it is given."""

    def __init__(self, name: str) -> None:
        self._name = name

    @classmethod
    def create(cls, config: dict[str, Any], *_: Any, **__: Any) -> Joins:
        return cls(config["name"])

    def join(self, **parts: Any) -> str:
        CALLS.append(self._name)
        if "broken" in parts.values():
            raise ValueError("broken")
        return f"{self._name}({', '.join(f'{key}={value}' for key, value in sorted(parts.items()))})"


class One(Joins):
    """With one need."""

    def join(self, one: Any) -> str:  # type: ignore[override]
        return super().join(one=one)


class Two(Joins):
    """With two needs."""

    def join(self, one: Any, two: Any) -> str:  # type: ignore[override]
        return super().join(one=one, two=two)


def node(kind: type[Joins], name: str, **needs: str) -> SchemaNode:
    return SchemaNode(needs=needs, uses=kind, constructor_name="create", fn="join", config={"name": name}, eager=True)


SCHEMA = GraphSchema(
    {
        "last": node(Two, "last", one="left", two="right"),
        "left": node(One, "left", one="first"),
        "right": node(Two, "right", one="first", two="__tracker__"),
        "first": node(One, "first", one="__message__"),
        "apart": node(One, "apart", one="__message__"),
    }
)


@pytest.fixture()
def runner(tmp_path: Path) -> DaskGraphRunner:
    CALLS.clear()
    return DaskGraphRunner(SCHEMA, LocalModelStorage(tmp_path), ExecutionContext(SCHEMA))


@pytest.mark.parametrize("targets", [["last"], ["left", "apart"], ["right", "last"], ["first"]])
def test_results_are_those_of_dask(runner: DaskGraphRunner, targets: list[str]) -> None:
    inputs = {"__message__": "m", "__tracker__": ["t"]}
    expected = graph_runs._original_run(runner, inputs, targets)
    needed = sorted(CALLS)
    CALLS.clear()
    assert graph_runs._run(runner, inputs, targets) == expected
    assert sorted(CALLS) == needed


def test_second_run_is_given_its_own_inputs(runner: DaskGraphRunner) -> None:
    for message in ("a", "b"):
        assert graph_runs._run(runner, {"__message__": message}, ["first"]) == {"first": f"first(one={message})"}


@pytest.mark.parametrize(
    "inputs, error",
    [
        ({"__message__": "broken"}, GraphComponentException),
        ({}, GraphRunError),
        ({"__message__": "left"}, GraphRunError),
    ],
)
def test_faults_are_those_of_dask(runner: DaskGraphRunner, inputs: dict[str, Any], error: type[Exception]) -> None:
    for run in (graph_runs._original_run, graph_runs._run):
        with pytest.raises(error):
            run(runner, inputs, ["left"])


def test_the_server_runs_without_dask(patched: None) -> None:
    assert DaskGraphRunner.run is graph_runs._run
