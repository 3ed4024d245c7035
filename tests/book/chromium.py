"""Chromium, as the tests of pages use it."""

import shutil
from contextlib import contextmanager

import pytest

PATH = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip


@contextmanager
def running():
    """A browser, closed in the end; what asks for it is skipped where there is none."""
    if PATH is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PATH, args=FLAGS)
        yield browser
        browser.close()


def pages(book):
    """Every page of a built book; the explorer's file is no page of it, and has tests of its own."""
    html = book / "_build/html"
    return [p for p in sorted(html.rglob("*.html")) if "_static" not in p.parts and p != html / "explorer.html"]


@contextmanager
def opening(browser, **usual):
    """A function that opens a page in a context of its own, light or dark; all are closed in the end."""
    contexts = []

    def open_page(path, mode="light", **settings):
        context = browser.new_context(**{**usual, **settings})
        context.add_init_script(f"localStorage.setItem('mode', '{mode}'); localStorage.setItem('theme', '{mode}')")
        contexts.append(context)
        page = context.new_page()
        page.goto(path.as_uri(), wait_until="load")
        return page

    yield open_page
    for context in contexts:
        context.close()
