"""What the web chat costs a browser: size, time to the launcher, time around an answer: ``python -m benchmarks.widget``.

Starts the assistant on free ports and opens its demo page, which embeds the chat with one line, as new visitors do.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright
from rich.console import Console
from rich.table import Table

from bot.launcher import Servers
from bot.settings import Settings
from bot.starting import free_port
from tests.browser_path import find_chromium

QUESTION = "How do we win the trust of regulators in Germany as a state-owned battery maker?"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SLOWER = 4
_TIMEOUT_MS = 60_000
_WRITING_MS = 500
"""Nobody writes faster; the session is opened meanwhile."""

_WATCH = """
window.marks = {};
new MutationObserver((_, observer) => {
  const launcher = document.querySelector("qiao-chat")?.shadowRoot?.querySelector(".launcher");
  if (launcher) { marks.launcher = performance.now(); observer.disconnect(); }
}).observe(document, {childList: true, subtree: true});
window.addEventListener("keydown", event => { if (event.key === "Enter") marks.pressed = performance.now(); }, true);
const original = window.fetch;
window.fetch = async (address, options) => {
  const isMessage = String(address).endsWith("/message");
  if (isMessage) marks.sent = performance.now();
  const reply = await original(address, options);
  if (!isMessage) return reply;
  const [watched, passed] = reply.body.tee();
  (async () => {
    const reader = watched.getReader(), decoder = new TextDecoder();
    for (let text = ""; !text.includes('"custom"');) text += decoder.decode((await reader.read()).value);
    marks.arrived = performance.now();
  })();
  return new Response(passed, {status: reply.status, headers: reply.headers});
};
window.cardShown = () => new Promise(resolve => {
  const look = () => {
    const chat = document.querySelector("qiao-chat")?.shadowRoot?.querySelector("qiao-conversation");
    if (!chat?.shadowRoot?.querySelector("article.card")) return requestAnimationFrame(look);
    marks.shown = performance.now();
    resolve(marks);
  };
  look();
});
"""
"""Notes when things happen, and when the card has been painted: the frame after the one in which it was put in."""

app = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)


@app.command()
def main(
    repeat: Annotated[int, typer.Option(min=3, help="Times each page is opened.")] = 15,
    report: Annotated[Path | None, typer.Option(help="Also write the figures as JSON.")] = None,
) -> None:
    """Start the assistant on free ports and measure its web chat."""
    chromium = find_chromium()
    if chromium is None:
        raise typer.BadParameter("no Chromium found; run scripts/browser.sh or set QIAO_CHROMIUM")
    port, action_port = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"QIAO_VAR": folder, "QIAO_PORT": str(port), "QIAO_ACTION_PORT": str(action_port)}
        with Servers(replace(Settings.from_environment(), port=port), action_port) as servers, sync_playwright() as playwright:
            servers.wait_until_ready()
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            url = f"http://127.0.0.1:{port}"
            figures = _sizes(browser, url)
            for name, slower in (("", 1), (f", CPU {SLOWER} times slower", SLOWER)):
                figures |= {f"{figure}{name}": value for figure, value in _times(browser, url, slower, repeat).items()}
            browser.close()
    table = Table("", "measured", title="the web chat")
    for name, value in figures.items():
        table.add_row(name, f"{value:,.1f}")
    Console().print(table)
    if report:
        report.write_text(json.dumps(figures, indent=2), encoding="utf-8")


def _sizes(browser: Browser, url: str) -> dict[str, float]:
    """Bytes on the wire until the first card is there, by path."""
    page = browser.new_context(locale="en-GB").new_page()
    client = page.context.new_cdp_session(page)
    paths: dict[str, str] = {}
    sizes: Counter[str] = Counter()
    client.send("Network.enable")
    client.on("Network.requestWillBeSent", lambda event: paths.update({event["requestId"]: event["request"]["url"]}))
    client.on(
        "Network.responseReceived", lambda event: sizes.update({event["requestId"]: event["response"]["encodedDataLength"]})
    )
    client.on("Network.dataReceived", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    page.add_init_script(_WATCH)
    page.goto(f"{url}/demo")
    page.locator("qiao-chat .launcher").click()
    _ask(page)
    kib = {f"{paths[number].removeprefix(url)}, KiB": size / 1024 for number, size in sizes.items()}
    page.context.close()
    return {**kib, "all of a first conversation, KiB": sum(kib.values())}


def _times(browser: Browser, url: str, slower: int, repeat: int) -> dict[str, float]:
    """Medians over new visitors, in milliseconds."""
    runs: list[dict[str, float]] = []
    for _ in range(repeat):
        page = browser.new_context(locale="en-GB").new_page()
        page.add_init_script(_WATCH)
        client = page.context.new_cdp_session(page)
        client.send("Emulation.setCPUThrottlingRate", {"rate": slower})
        client.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.goto(f"{url}/demo")
        loaded = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
        page.locator("qiao-chat .launcher").click()
        page.locator("qiao-conversation textarea").fill(QUESTION, timeout=_TIMEOUT_MS)
        page.wait_for_timeout(_WRITING_MS)
        before = _main_thread_ms(client)
        marks = _ask(page)
        runs.append(
            {
                "launcher after the start of the navigation, ms": marks["launcher"],
                "launcher after the page's load event, ms": max(0.0, marks["launcher"] - loaded),
                "server: message to card, ms": marks["arrived"] - marks["sent"],
                "chat: key to request, ms": marks["sent"] - marks["pressed"],
                "chat: card's arrival to card on screen, ms": marks["shown"] - marks["arrived"],
                "chat: both together, ms": marks["sent"] - marks["pressed"] + marks["shown"] - marks["arrived"],
                "chat: processor time of scripts, styles and layout from key to card, ms": _main_thread_ms(client) - before,
            }
        )
        page.context.close()
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def _main_thread_ms(client: CDPSession) -> float:
    """Processor time that the page's scripts, styles and layout have used; other work on the machine does not count."""
    metrics = {metric["name"]: metric["value"] for metric in client.send("Performance.getMetrics")["metrics"]}
    return 1000 * sum(metrics[name] for name in ("ScriptDuration", "RecalcStyleDuration", "LayoutDuration"))


def _ask(page: Page) -> dict[str, Any]:
    field = page.locator("qiao-conversation textarea")
    field.fill(QUESTION, timeout=_TIMEOUT_MS)
    field.press("Enter")
    return page.evaluate("cardShown()")


if __name__ == "__main__":
    app()
