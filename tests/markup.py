"""Reading the source of templates: what a person would see of them, and what the policy forbids."""

import re
from html.parser import HTMLParser

COMMENTS = re.compile(r"\{#.*?#\}|\{%\s*comment\b.*?\{%\s*endcomment\s*%\}", re.DOTALL)
BLOCK_TRANSLATED = re.compile(
    r"\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}", re.DOTALL
)
TAGS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
INCLUDES = re.compile(r"\{%\s*(?:include|with)\b(.*?)%\}", re.DOTALL)
# A literal that is handed to another template as text: text="…" and not text=_("…").
PLAIN_ARGUMENTS = re.compile(r"""\b(?:title|text|label|action|summary|help)=("[^"]*"|'[^']*')""")
WORD = re.compile(r"[^\W\d_]{2,}")
# What is no language: the product's name, and our classes, which blocks hand to the frame.
NAMES = re.compile(r"\bTallydesk\b|\btd-[\w-]+")
UNSEEN = {"script", "style", "kbd", "code", "svg"}
SPOKEN = {"alt", "aria-label", "aria-description", "placeholder", "title"}
HANDLERS = re.compile(r"^(on[a-z]+|hx-on.*|style|hx-vals|hx-vars)$")


class Reader(HTMLParser):
    """Collects untranslated words and what a strict policy refuses."""

    def __init__(self) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.words: list[str] = []
        self.refused: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNSEEN:
            self.inside.append(tag)
        given = dict(attrs)
        for name, value in attrs:
            pressed = tag == "input" and given.get("type") in {"submit", "button"}
            if name in SPOKEN or (name == "value" and pressed):
                self.note(value or "")
            # Values that htmx would evaluate need a policy that we do not have.
            if HANDLERS.match(name) or (value or "").strip().startswith(("js:", "javascript:")):
                self.refused.append(f"<{tag} {name}>")
        if tag == "style" or (tag == "script" and "src" not in given):
            self.refused.append(f"<{tag}>")
        if tag == "a" and any(name.startswith("hx-") for name in given) and "href" not in given:
            self.faults.append("<a hx-…> without href")
        if tag == "form" and ("hx-post" in given or "hx-get" in given) and "action" not in given:
            self.faults.append("<form hx-…> without action")

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.note(data)

    def note(self, text: str) -> None:
        """Keep what has words in it."""
        shown = NAMES.sub("", text)
        if WORD.search(shown):
            self.words.append(" ".join(shown.split()))


def read(source: str) -> Reader:
    """A template as a person would see it, with everything translated or computed taken out."""
    left = BLOCK_TRANSLATED.sub("", COMMENTS.sub("", source))
    reader = Reader()
    for arguments in INCLUDES.findall(left):
        for literal in PLAIN_ARGUMENTS.findall(arguments):
            reader.note(literal.strip("\"'"))
    reader.feed(TAGS.sub("", left))
    reader.close()
    return reader
