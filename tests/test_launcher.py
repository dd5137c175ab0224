"""Starting the servers: a port that is taken is named with the setting that changes it."""

from __future__ import annotations

import dataclasses
import socket
from collections.abc import Iterator

import pytest

from bot.launcher import Servers
from bot.settings import Settings
from bot.starting import StartFailed, free_port


@pytest.fixture()
def taken() -> Iterator[int]:
    """A port on which somebody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def settings_with(port: int) -> Settings:
    return dataclasses.replace(Settings.from_environment(), host="127.0.0.1", port=port)


def test_taken_port_is_named_with_its_variable(taken: int) -> None:
    with pytest.raises(StartFailed, match=rf"port {taken} .*taken.*set QIAO_PORT"):
        Servers(settings_with(taken), free_port()).__enter__()


def test_taken_action_port_is_named_with_its_variable(taken: int) -> None:
    with pytest.raises(StartFailed, match=rf"port {taken} .*set QIAO_ACTION_PORT"):
        Servers(settings_with(free_port()), taken).__enter__()


def test_address_that_is_not_ours_is_refused_with_its_variable() -> None:
    elsewhere = dataclasses.replace(settings_with(free_port()), host="192.0.2.1")
    with pytest.raises(StartFailed, match="192.0.2.1"):
        Servers(elsewhere, free_port()).__enter__()
