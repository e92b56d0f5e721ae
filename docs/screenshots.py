"""The pictures of the README and the docs, taken from the running product.

    .venv/bin/python docs/screenshots.py                     the sample shop of today
    .venv/bin/python docs/screenshots.py --real-data FOLDER  and what is said about the real sets

Starts the product in a home of its own that is removed afterwards, signs in as a person does, and
writes docs/pictures/*.png. Stops with a message when a page is not what it should be.
"""

import argparse
import base64
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FEWER_COLOURS = (ROOT / "docs" / "fewer_colours.js").read_text(encoding="utf-8")
DESK, PHONE = (1440, 900), (390, 844)
SECONDS_TO_START = 180
SECONDS_TO_ANSWER = 300
PASSWORD = "tally-demo-2026"  # noqa: S105 (of the demo log-ins, on this machine only)
# These would point the product somewhere else than at its own home.
NOT_PASSED_ON = {"DATABASE_URL", "BROKER_URL", "CACHE_URL", "ALLOWED_HOSTS", "DEBUG", "HTTPS"}


@dataclass(frozen=True)
class RealSet:
    """A folder of real data and the question asked about it; docs/real-data.md says why."""

    name: str
    zone: str
    day: str
    window: int


REAL_SETS = (
    RealSet("helpdesk", "Europe/Rome", "2013-06-30", 365),
    RealSet("olist", "America/Sao_Paulo", "2018-08-31", 90),
    # Days without a time, written as midnight in UTC: elsewhere they would read as the day before.
    RealSet("chicago", "UTC", "2012-12-31", 180),
)


def say(text: str) -> None:
    """One line of progress."""
    sys.stderr.write(f"{text}\n")


def find_browser() -> str:
    """The path of an installed Chromium; stops when there is none."""
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    sys.exit(f"No browser found. Install one of: {', '.join(BROWSERS)}.")


class Product:
    """`manage.py up` in a home of its own."""

    def __init__(self, home: Path, *options: str) -> None:
        with socket.socket() as trial:
            trial.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{trial.getsockname()[1]}"
        passed_on = {k: v for k, v in os.environ.items() if k not in NOT_PASSED_ON}
        self.environment = {**passed_on, "TALLYDESK_HOME": str(home)}
        self.log = home.with_suffix(".log")
        command = self.manage("up", "--port", self.url.rpartition(":")[2], *options)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(  # noqa: S603
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )

    def manage(self, *words: str) -> list[str]:
        """A command of manage.py."""
        return [sys.executable, "manage.py", *words]

    def run(self, *words: str) -> None:
        """Run a command of manage.py with the data of this product; stops when it fails."""
        subprocess.run(  # noqa: S603
            self.manage(*words), cwd=ROOT, env=self.environment, check=True, stdout=sys.stderr
        )

    def wait_until_ready(self) -> None:
        """Return when it says so; stops when it does not."""
        end = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < end and self.process.poll() is None:
            if "Tallydesk is ready" in self.log.read_text(encoding="utf-8"):
                return
            time.sleep(0.2)
        sys.exit(f"The product did not start:\n{self.log.read_text(encoding='utf-8')}")


@contextmanager
def running(*options: str) -> Iterator[Product]:
    """A product that is stopped, and its data removed, at the end."""
    with tempfile.TemporaryDirectory(prefix="tallydesk-pictures-") as folder:
        product = Product(Path(folder) / "home", *options)
        try:
            product.wait_until_ready()
            yield product
        finally:
            product.process.send_signal(signal.SIGINT)
            product.process.wait()


class Camera:
    """One person at a browser of one size and theme."""

    def __init__(self, browser: Browser, url: str, size: tuple[int, int], theme: str) -> None:
        width, height = size
        self.context = browser.new_context(
            base_url=url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
            locale="en-GB",
            timezone_id="Europe/Brussels",
            reduced_motion="reduce",
        )
        self.page: Page = self.context.new_page()

    def sign_in(self, role: str) -> None:
        """As the demo person of a role."""
        self.page.goto("/sign-in/")
        self.page.locator("input[name=login]").fill(f"{role}@example.com")
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "sign-in" not in url)

    def open(self, path: str) -> None:
        """A page, with its fragments loaded; stops when it is not there."""
        response = self.page.goto(path)
        if response is None or not response.ok:
            sys.exit(f"{path}: {response.status if response else 'no answer'}")
        self.page.wait_for_load_state("networkidle")

    def follow(self, selector: str) -> None:
        """The first link that fits."""
        self.open(self.page.locator(selector).first.get_attribute("href") or selector)

    def take(self, name: str) -> None:
        """What is seen now, as docs/pictures/<name>.png."""
        self.page.wait_for_load_state("networkidle")
        path = PICTURES / f"{name}.png"
        shot = self.page.screenshot(animations="disabled", caret="hide")
        # On a page of its own: the product's policy forbids this one to fetch pictures.
        darkroom = self.context.new_page()
        words = base64.b64encode(shot).decode()
        path.write_bytes(smaller(darkroom.evaluate(FEWER_COLOURS, words)))
        darkroom.close()
        say(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KB")


def smaller(picture: dict[str, Any]) -> bytes:
    """A PNG file with a palette from what docs/fewer_colours.js returns."""
    width, height = picture["width"], picture["height"]
    pixels = base64.b64decode(picture["indices"])
    rows = (b"\0" + pixels[at : at + width] for at in range(0, width * height, width))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", bytes(picture["palette"])),
        (b"IDAT", zlib.compress(b"".join(rows), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(name, data) for name, data in parts)


def chunk(name: bytes, data: bytes) -> bytes:
    """A part of a PNG file with its length and checksum."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def take_sample(browser: Browser) -> None:
    """The sample shop of today: the story that the README tells."""
    with running() as product:
        manager = Camera(browser, product.url, DESK, "light")
        manager.sign_in("manager")
        phone = take_story(manager)
        dark = Camera(browser, product.url, DESK, "dark")
        dark.sign_in("manager")
        dark.open("/flags/")
        dark.take("flags-dark")
        take_call(Camera(browser, product.url, DESK, "light"), phone)
        take_bench(Camera(browser, product.url, PHONE, "light"))


def take_story(camera: Camera) -> str:
    """From the board to the newest flag and its purchase; returns the customer's number."""
    camera.open("/board/")
    camera.take("board")
    camera.open("/flags/")
    camera.follow("main a[href^='/flags/'][data-row-link]")
    camera.follow("main a[href^='/purchases/']")
    camera.take("purchase")
    return camera.page.locator("main a[href^='tel:']").first.inner_text()


def take_call(camera: Camera, phone: str) -> None:
    """The queue, and the call form with a known customer, as after typing a number and Enter."""
    camera.sign_in("agent")
    camera.open("/queue/")
    camera.take("queue")
    camera.page.keyboard.press("c")
    camera.page.locator("#call-q").press_sequentially(phone)
    camera.page.locator("#call-card .td-tally").first.wait_for()
    camera.page.keyboard.press("Enter")
    camera.take("call")


def take_bench(camera: Camera) -> None:
    """The bench on a phone: an inspection that is half done."""
    camera.sign_in("inspector")
    camera.open("/bench/")
    camera.follow("main a[href^='/bench/inspections/']")
    camera.take("bench-phone")


def take_real(browser: Browser, data: Path, real: RealSet) -> None:
    """One real set in an empty product, judged as of its day."""
    with running("--empty") as product:
        camera = Camera(browser, product.url, DESK, "light")
        set_up(camera, real)
        for kind in ("purchases", "interactions", "ratings"):
            path = data / real.name / f"{kind}.csv"
            if path.exists():
                product.run(f"import_{kind}", str(path))
        camera.open("/threshold/as-of/")
        camera.page.locator("input[name=day]").fill(real.day)
        camera.page.locator("input[name=window_days]").fill(str(real.window))
        camera.page.get_by_role("button", name="Judge").click()
        camera.page.wait_for_url(re.compile(r"/jobs/\d+/"))
        camera.page.get_by_text("Finished").wait_for(timeout=SECONDS_TO_ANSWER * 1000)
        camera.open("/threshold/as-of/")
        camera.follow("main a[data-row-link]")
        # The rows are somebody's, and a number says nothing yet about anybody.
        names = camera.page.locator("main .td-cell-sub")
        names.evaluate_all("found => found.forEach((name) => { name.style.filter = 'blur(5px)'; })")
        camera.take(f"real-{real.name}")


def set_up(camera: Camera, real: RealSet) -> None:
    """The first admin of an empty product, who keeps all roles."""
    camera.open("/welcome/")
    page = camera.page
    for name, value in (
        ("shop_name", real.name.capitalize()),
        ("time_zone", real.zone),
        ("name", "Ann Example"),
        ("email", "ann@example.com"),
        ("password", PASSWORD),
        ("password_again", PASSWORD),
    ):
        page.locator(f"[name={name}]").fill(value)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "welcome" not in url)


def main() -> None:
    """Take what is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--real-data", type=Path, metavar="FOLDER", help="folder of the real sets")
    parser.add_argument("--only-real", action="store_true", help="leave the sample shop out")
    parser.add_argument("--set", choices=[real.name for real in REAL_SETS], help="this set alone")
    options = parser.parse_args()
    PICTURES.mkdir(exist_ok=True)
    root = ["--no-sandbox"] if hasattr(os, "getuid") and os.getuid() == 0 else []
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=find_browser(), args=root)
        if not options.only_real:
            take_sample(browser)
        wanted = [real for real in REAL_SETS if options.set in {None, real.name}]
        for real in wanted if options.real_data else ():
            say(f"== {real.name}")
            take_real(browser, options.real_data, real)


if __name__ == "__main__":
    main()
