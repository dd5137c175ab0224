"""Rasa started without what it does not use: the same answers, and a clear word when something is missing after all."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bot.patches.lean_imports import unneeded
from tests.support import PROJECT

OURS = {"bot.nlu.facet_extractor.FacetExtractor", "rasa.core.policies.rule_policy.RulePolicy"}
ENDPOINTS = {"tracker_store": {"type": "bot.recent.RecentConversationStore"}}
CHANNELS = ["bot.channels.web.WebInput"]


def _run(code: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore", "-c", code]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)


def test_our_set_up_needs_none_of_them() -> None:
    left_out = unneeded(OURS, ENDPOINTS, CHANNELS)
    assert {"tensorflow", "boto3", "pymongo", "aiogram", "aio_pika"} <= left_out


@pytest.mark.parametrize(
    "component",
    [
        "rasa.nlu.classifiers.diet_classifier.DIETClassifier",
        "rasa.core.policies.ted_policy.TEDPolicy",
        "somebody.elses.Component",
    ],
)
def test_a_component_that_may_learn_brings_tensorflow_back(component: str) -> None:
    assert "tensorflow" not in unneeded({*OURS, component}, ENDPOINTS, CHANNELS)


def test_nothing_is_guessed_without_a_model() -> None:
    assert "tensorflow" not in unneeded(None, ENDPOINTS, CHANNELS)


def test_a_channel_store_or_broker_of_rasas_brings_its_clients_back() -> None:
    assert "aiogram" not in unneeded(OURS, ENDPOINTS, ["telegram"])
    assert "pymongo" not in unneeded(OURS, {"tracker_store": {"type": "mongod"}}, CHANNELS)
    assert "aio_pika" not in unneeded(OURS, {**ENDPOINTS, "event_broker": {"type": "pika"}}, CHANNELS)


def test_the_server_starts_without_tensorflow_and_with_it() -> None:
    code = """
import sys
from bot.patches import lean_imports
{apply}
import rasa.server, rasa.core.agent
print(bool(getattr(sys.modules["tensorflow"], "__file__", None)), "rasa.core.jobs" in sys.modules)
"""
    lean = _run(code.format(apply="lean_imports.apply({'tensorflow', 'keras', 'aiogram', 'boto3', 'botocore', 'pymongo'})"))
    assert lean.returncode == 0, lean.stderr
    assert lean.stdout.split() == ["False", "True"]
    full = _run(code.format(apply=""))
    assert full.returncode == 0, full.stderr
    assert full.stdout.split() == ["True", "True"]


def test_use_of_what_was_left_out_is_told_with_the_remedy() -> None:
    done = _run(
        """
from bot.patches import lean_imports
lean_imports.apply({"tensorflow"})
import tensorflow as tf

class Layer(tf.keras.layers.Layer):
    pass

@tf.function
def decorated(x: tf.Tensor) -> int:
    return 7

assert decorated(1) == 7 and not isinstance(3, tf.Tensor)
for use in (lambda: tf.constant(1), Layer):
    try:
        use()
    except ImportError as error:
        assert "QIAO_PATCHES=0" in str(error)
    else:
        raise SystemExit("used without a word")
"""
    )
    assert done.returncode == 0, done.stderr


def test_the_scheduler_of_reminders_is_loaded_when_it_is_used() -> None:
    done = _run(
        """
import asyncio, sys
from bot.patches import lean_imports
lean_imports.apply(set())
from rasa.core import jobs
assert "apscheduler" not in sys.modules
asyncio.run(jobs.scheduler())
assert "apscheduler" in sys.modules
"""
    )
    assert done.returncode == 0, done.stderr
