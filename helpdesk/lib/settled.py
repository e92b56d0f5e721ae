"""Templates whose unchanging parts are settled when they are first read, not at every drawing.

Words, icons and addresses that stand in a template literally are the same on every page of one
language. Here they become text once, so that a page's drawing is left with what differs (ADR 12).
The keys of the cache name all that they depend on: the language, the map of addresses and the
prefix under which the product runs.
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django.conf import settings
from django.template import Context, Node, NodeList, Template
from django.template.base import FilterExpression, TextNode, Variable, render_value_in_context
from django.template.defaulttags import (
    AutoEscapeControlNode,
    CommentNode,
    IfNode,
    LoadNode,
    URLNode,
)
from django.template.library import SimpleNode
from django.template.loader_tags import BlockNode, IncludeNode
from django.template.loaders.cached import Loader as CachedLoader
from django.templatetags.i18n import BlockTranslateNode, LanguageNode, TranslateNode
from django.templatetags.static import StaticNode
from django.urls import NoReverseMatch, get_resolver, get_script_prefix, get_urlconf, reverse
from django.urls.converters import IntConverter
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

Function = TypeVar("Function", bound=Callable[..., Any])


def settles(tag: Function) -> Function:
    """Mark a template tag that gives the same for the same arguments, whoever looks."""
    tag.settles = True  # type: ignore[attr-defined]
    return tag


class Loader(CachedLoader):
    """Django's cached loader, with each template settled as it enters the cache."""

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        """The template for the language of now."""
        fresh = self.cache_key(template_name, skip) not in self.get_template_cache
        template: Template = super().get_template(template_name, skip)
        if fresh:
            settle(template.nodelist)
        return template

    def cache_key(self, template_name: str, skip: Any = None) -> str:
        """What Django's own key says, and all that settled parts depend on."""
        urlconf = get_urlconf() or settings.ROOT_URLCONF
        key: str = super().cache_key(template_name, skip)
        return f"{get_language()} {urlconf} {get_script_prefix()} {key}"


def settle(nodes: NodeList) -> None:
    """Replace, in place, what is settled by text, and what is dear by what does the same."""
    found: list[Node] = []
    for node in nodes:
        if (text := settled_text(node)) is None:
            for inner in inner_lists(node):
                settle(inner)
            found.append(quicker(node))
        elif found and type(found[-1]) is TextNode:
            found[-1] = TextNode(found[-1].s + text)
        else:
            found.append(TextNode(text))
    nodes[:] = found


def inner_lists(node: Node) -> Iterator[NodeList]:
    """The lists of nodes in a node; none where the words or the escaping are others."""
    if isinstance(node, AutoEscapeControlNode | LanguageNode):
        return
    if isinstance(node, IfNode):
        yield from (nodes for _condition, nodes in node.conditions_nodelists)
        return
    for name in node.child_nodelists:
        nodes = getattr(node, name, None)
        if isinstance(nodes, NodeList):
            yield nodes


def settled_text(node: Node) -> str | None:
    """What the node always gives; None when that depends on who looks at what."""
    if isinstance(node, TextNode):
        return str(node.s)
    if isinstance(node, LoadNode | CommentNode):
        return ""
    return str(node.render(Context())) if is_settled(node) else None


def is_settled(node: Node) -> bool:
    """Whether everything the node is made of stands in the template."""
    if isinstance(node, TranslateNode):
        context = node.message_context
        return node.asvar is None and is_literal(node.filter_expression) and is_literal(context)
    if isinstance(node, URLNode):
        return node.asvar is None and not node.args and not node.kwargs and is_there(node)
    if isinstance(node, StaticNode):
        return node.varname is None and is_literal(node.path)
    if isinstance(node, SimpleNode):
        given = [*node.args, *node.kwargs.values()]
        return (
            getattr(node.func, "settles", False)
            and node.target_var is None
            and all(map(is_literal, given))
        )
    return False


def is_literal(said: FilterExpression | None) -> bool:
    """Whether an argument is a text or a number of the template itself, without a filter."""
    if said is None:
        return True
    literal = not said.is_var or (isinstance(said.var, Variable) and said.var.lookups is None)
    return literal and not said.filters


def is_there(node: URLNode) -> bool:
    """Whether the address exists; a missing one is refused when the page is drawn, as ever."""
    if not is_literal(node.view_name):
        return False
    try:
        reverse(node.view_name.resolve(Context()))
    except NoReverseMatch:
        return False
    return True


def quicker(node: Node) -> Node:
    """A node that gives the same sooner, where there is one."""
    if isinstance(node, IncludeNode):
        return part_of(node)
    if isinstance(node, URLNode):
        return address_of(node)
    if isinstance(node, BlockTranslateNode):
        return sentence_of(node)
    return node


class Part(Node):
    """An include of a template that the page names literally: its nodes drawn in place."""

    child_nodelists = ()

    def __init__(self, include: IncludeNode) -> None:
        self.include = include
        self.token, self.origin = include.token, include.origin
        self.nodes: NodeList | None = None
        self.has_blocks = False

    def render(self, context: Context) -> str:
        """The included nodes, with what the tag gives them; with blocks in them, Django's own way."""
        if self.nodes is None:
            page: Any = context.template
            self.nodes = page.engine.get_template(self.include.template.resolve(context)).nodelist
            self.has_blocks = bool(self.nodes.get_nodes_by_type(BlockNode))
        if self.has_blocks:
            return str(self.include.render(context))
        given = {name: said.resolve(context) for name, said in self.include.extra_context.items()}
        with context.push(**given):
            return self.nodes.render(context)


def part_of(include: IncludeNode) -> Node:
    """A quicker node for a part that the page names; else the node itself."""
    said = include.template
    named = is_literal(said) and not str(said.token).strip("'\"").startswith(".")
    return Part(include) if named and not include.isolated_context else include


class KeyAddress(Node):
    """The address of a row by its key, put together from the two texts around the key."""

    child_nodelists = ()

    def __init__(self, url: URLNode, before: str, after: str) -> None:
        self.url = url
        self.token, self.origin = url.token, url.origin
        self.before, self.after = before, after

    def render(self, context: Context) -> str:
        """The address; whatever is no key is left to Django, and refused there."""
        key = self.url.args[0].resolve(context)
        if type(key) is not int or key < 0:
            return str(self.url.render(context))
        address = f"{self.before}{key}{self.after}"
        if self.url.asvar is None:
            return address
        context[self.url.asvar] = address
        return ""


def address_of(url: URLNode) -> Node:
    """A quicker node for the one address of this name, if all that varies in it is a whole number."""
    if not is_literal(url.view_name) or len(url.args) != 1 or url.kwargs:
        return url
    known = get_resolver(get_urlconf()).reverse_dict.getlist(url.view_name.resolve(Context()))
    if len(known) != 1:
        return url
    (ways, _pattern, defaults, converters) = known[0]
    whole = [type(one) is IntConverter for one in converters.values()]
    if len(ways) != 1 or defaults or whole != [True]:
        return url
    text, (name,) = ways[0]
    before, after = text.split(f"%({name})s")
    return KeyAddress(url, f"{get_script_prefix()}{before}", after)


class Sentence(Node):
    """A sentence with values in it, translated once."""

    child_nodelists = ()

    def __init__(self, words: BlockTranslateNode, said: str, names: list[str]) -> None:
        self.words = words
        self.token, self.origin = words.token, words.origin
        self.said, self.names = said, names

    def render(self, context: Context) -> str:
        """The sentence with the values of now; one that lacks a value is left to Django."""
        known = {name: said.resolve(context) for name, said in self.words.extra_context.items()}
        values = {}
        for name in self.names:
            if name not in known and name not in context:
                return str(self.words.render(context))
            value = known[name] if name in known else context[name]
            values[name] = render_value_in_context(value, context)
        text = SafeString(self.said % values)
        if self.words.asvar is None:
            return text
        context[self.words.asvar] = text
        return ""


def sentence_of(words: BlockTranslateNode) -> Node:
    """A quicker node for a sentence that has neither a plural nor a context of its own."""
    if words.plural or words.message_context:
        return words
    text, names = words.render_token_list(words.singular)
    said = gettext(text)
    try:
        said % dict.fromkeys(names, "")
    except (KeyError, ValueError):
        return words
    return Sentence(words, said, names)
