"""One visitor's page, and everything that went wrong in it."""

import base64
import io
import re
from typing import Self
from urllib.parse import urlsplit

import numpy as np
from PIL import Image
from playwright.sync_api import ConsoleMessage, Error, Locator, Request, Response, expect
from tabs import Tabs

TIMEOUT = 60_000  # milliseconds; two busy cores are slow
expect.set_options(timeout=TIMEOUT)
# Quiet for four looks in a row: the page has arrived, no script runs, nothing is about to be replaced or was added since the look before.
QUIET = """() => {
    const app = document.querySelector('[data-testid="stApp"]'), size = document.querySelectorAll('*').length;
    const there = app?.dataset.testScriptState === 'notRunning' && document.documentElement.dataset.arriving === undefined;
    const calm = there && !app.querySelector('[data-stale="true"]');
    window.quietLooks = calm && size === window.sizeBefore ? (window.quietLooks || 0) + 1 : 0;
    window.sizeBefore = size;
    return window.quietLooks >= 4;
}"""

# What was asked for is drawn in the next frame, and that frame is over when the one after it begins.
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"

# Layout shifts since the document began, without those that follow a press (web.dev/articles/cls): their sum, and what moved most.
SHIFTS = """() => new Promise((done) => {
    const found = [];
    new PerformanceObserver((list) => found.push(...list.getEntries())).observe({ type: 'layout-shift', buffered: true });
    const told = ({ node, previousRect: a, currentRect: b }) => {
        const element = node?.nodeType === 1 ? node : node?.parentElement;
        const place = element?.closest('[data-testid]') ?? element;
        return `${place?.dataset.testid ?? place?.className} from y = ${Math.round(a.y)} to ${Math.round(b.y)}`;
    };
    setTimeout(() => {
        const own = found.filter((shift) => !shift.hadRecentInput).sort((a, b) => b.value - a.value);
        done([own.reduce((sum, { value }) => sum + value, 0), own.slice(0, 1).flatMap(({ sources }) => sources.map(told))]);
    }, 30);
})"""
# Headings below the first, of any part, that are more than one level below the one before.
JUMPING = """() => {
    const found = [], walk = (node) => {
        if (/^H[1-6]$/.test(node.tagName) && node.checkVisibility()) found.push(node);
        [...(node.shadowRoot?.children ?? []), ...node.children].forEach(walk);
    };
    walk(document.querySelector('[data-testid="stMain"]'));
    const level = (heading) => Number(heading?.tagName[1] ?? 0);
    return found.filter((heading, i) => level(heading) > level(found[i - 1]) + 1).map((heading) => heading.outerHTML.slice(0, 80));
}"""
STILL = 0.05  # the largest sum of shifts with which a page that comes looks still; 0.1 is called good


class Visitor:
    """A browser page on the app, with a list of errors and of requests to other hosts."""

    def __init__(self, tabs: Tabs, address: str, width: int, height: int, dark: bool, touch: bool):
        self.address = address
        self.troubles: list[str] = []
        self.own: list[str] = []  # addresses of the project's own code and models that were asked for
        hear = {
            "console": self._on_console,
            "pageerror": self._on_error,
            "request": self._on_request,
            "response": self._on_response,
            "requestfailed": self._on_failure,
        }
        size = {"width": width, "height": height}
        scheme = "dark" if dark else "light"
        self.page = tabs.take(hear, size, scheme, reduced_motion="reduce", has_touch=touch, is_mobile=touch)
        self.page.set_default_timeout(TIMEOUT)

    def _on_error(self, error: Error) -> None:
        self.troubles.append(f"page error: {error}")

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.troubles.append(f"console: {message.text}")

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != urlsplit(self.address).netloc:
            self.troubles.append(f"foreign host: {request.url}")
        if parts.path.startswith("/canvas/"):
            self.own.append(parts.path)

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self.troubles.append(f"{response.status}: {response.url}")

    def _on_failure(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the browser cancels what a page no longer needs
            self.troubles.append(f"failed: {request.url} ({request.failure})")

    def open(self, path: str) -> Self:
        self.page.goto(f"{self.address}/{path}")
        self.page.locator("h1").first.wait_for()
        self.settle()
        shift, moved = self.page.evaluate(SHIFTS)
        if shift > STILL:
            self.troubles.append(f"{path or 'home'} jumps by {shift:.2f} as it comes: {moved}")
        if jumping := self.page.evaluate(JUMPING):
            self.troubles.append(f"{path or 'home'} has headings that skip a level: {jumping}")
        return self

    def settle(self) -> Self:
        """Wait until the server's script has run and what it drew has replaced what was there before."""
        self.page.wait_for_timeout(100)  # the browser waits a moment before it sends a change
        self.page.evaluate("() => { window.quietLooks = 0 }")
        self.page.wait_for_function(QUIET, polling=70)
        return self

    def go(self, title: str) -> Self:
        """Follow the navigation to a page, as a visitor does; this keeps the session."""
        if self.page.get_by_test_id("stExpandSidebarButton").is_visible():
            self.page.get_by_test_id("stExpandSidebarButton").click()
        link = self.page.get_by_test_id("stSidebarNavLink").filter(has_text=title)
        for folded in self.page.get_by_test_id("stNavSectionHeader").and_(self.page.locator('[aria-expanded="false"]')).all():
            if link.count() == 0:  # it is in a section that is folded
                folded.click()
        link.first.click()
        self.page.get_by_role("heading", level=1, name={"Home": "Latent Explorer"}.get(title, title)).wait_for()
        return self.settle()

    def press(self, name: str) -> Self:
        self.page.get_by_role("button", name=name, exact=True).click()
        return self.settle()

    def choose(self, menu: str, option: str) -> Self:
        self.page.get_by_role("combobox", name=menu).click()
        self.page.get_by_role("option", name=option, exact=True).click()
        return self.settle()

    def options(self, menu: str) -> list[str]:
        """The options of a menu, which is closed afterwards."""
        self.page.get_by_role("combobox", name=menu).click()
        self.page.get_by_role("option").first.wait_for()
        texts = self.page.get_by_role("option").all_inner_texts()
        self.page.keyboard.press("Escape")
        return texts

    def slider(self, name: str) -> Locator:
        return self.page.get_by_role("slider", name=name)

    def canvas(self) -> Locator:
        return self.page.get_by_test_id("latent-canvas")

    def latents(self) -> list[float]:
        """The position that the canvas shows in words."""
        text = self.canvas().get_by_text("z = (").first.inner_text()
        return [float(number) for number in re.findall(r"-?[\d.]+", text.replace("\u2212", "-"))]

    def decoded(self) -> str:
        """The decoded picture on the canvas, as a data URL."""
        self.canvas().locator(".head .near").filter(has_text="nearest code").first.wait_for()
        self.page.evaluate(PAINTED)
        return self.page.get_by_test_id("decoded-image").first.evaluate("e => e.toDataURL()")

    def pictures(self, css_class: str) -> np.ndarray:
        """The pictures on the page with a class of the style sheet (N, H, W)."""
        sources = [image.get_attribute("src") for image in self.page.locator(f"img.{css_class}").all()]
        contents = [base64.b64decode(source.split(",", 1)[1]) for source in sources]
        return np.stack([np.asarray(Image.open(io.BytesIO(content))) for content in contents])

    def focused(self) -> str:
        """The name of the element that has the keyboard's focus."""
        return self.page.evaluate(
            """() => {
                let e = document.activeElement;
                while (e.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
                return e.getAttribute('aria-label') || e.innerText.trim().split('\\n')[0];
            }"""
        )

    def tab_to(self, name: str, most: int = 60) -> Self:
        """Press Tab until the element with this name has the focus."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if self.focused().startswith(name):
                return self
        raise AssertionError(f"Tab did not reach {name!r}")

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        return self.page.evaluate(
            """() => Math.max(...[document.documentElement, document.querySelector('[data-testid="stMain"]')]
                .map(e => e.scrollWidth - e.clientWidth))"""
        )
