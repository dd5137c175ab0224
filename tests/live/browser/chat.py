"""The chat as a person uses it, and as a screen reader finds it."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, expect

ANSWERED_MS = 30_000
"""A real answer on a busy machine."""


class Chat:
    """A page with the chat; collects what goes wrong on it."""

    def __init__(self, page: Page, url: str, origins: tuple[str, ...] = ()) -> None:
        self.page = page
        self.problems: list[str] = []
        self.warnings: list[str] = []
        self.requests: list[str] = []
        self._expected: list[str] = []
        self._origins = {_origin(url), *map(_origin, origins)}
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("request", self._watch)

    def expects(self, *problems: str) -> None:
        """Name parts of errors that the test brings about."""
        self._expected += problems

    def assert_clean(self) -> None:
        """Nothing went wrong that was not brought about, and nobody else was asked for anything."""
        problems = [problem for problem in self.problems if not any(part in problem for part in self._expected)]
        strangers = [url for url in self.requests if _origin(url) not in self._origins]
        assert not problems, problems
        assert not strangers, strangers

    @property
    def log(self) -> Locator:
        """The conversation."""
        return self.page.get_by_role("log")

    @property
    def field(self) -> Locator:
        """Where people write."""
        return self.page.locator("qiao-conversation textarea")

    @property
    def cards(self) -> Locator:
        """The answers that are shown as cards."""
        return self.page.locator("qiao-conversation article.card")

    @property
    def own(self) -> Locator:
        """What the person said."""
        return self.page.locator("qiao-conversation .own")

    @property
    def turns(self) -> Locator:
        """What was said, each with its answers."""
        return self.page.locator("qiao-conversation .turn")

    @property
    def status(self) -> Locator:
        """What screen readers are told."""
        return self.page.locator("qiao-conversation #status")

    @property
    def trouble(self) -> Locator:
        """What keeps messages from the server."""
        return self.page.locator("qiao-conversation .trouble")

    def button(self, name: str) -> Locator:
        """The last button with this name."""
        return self.page.get_by_role("button", name=name, exact=True).last

    def ask(self, question: str) -> None:
        """Write a message and send it."""
        self.field.fill(question)
        self.field.press("Enter")

    def answered(self, count: int) -> None:
        """Wait until so many turns have been answered."""
        expect(self.page.locator("qiao-conversation .turn:has(.answer)")).to_have_count(count, timeout=ANSWERED_MS)
        expect(self.page.locator("qiao-conversation .typing")).to_have_count(0, timeout=ANSWERED_MS)

    def open_panel(self) -> None:
        """Press the launcher and wait for the chat."""
        self.page.locator("qiao-chat .launcher").click()
        expect(self.field).to_be_visible()

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(f"{message.text} ({message.location.get('url', '')})")
        elif message.type == "warning":
            self.warnings.append(message.text)

    def _watch(self, request: Request) -> None:
        if not request.url.startswith(("data:", "blob:")):
            self.requests.append(request.url)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
