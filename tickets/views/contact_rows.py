"""Contacts as a ticket and a customer show them, drawn here and not in a template: a conversation is
long, and the template engine takes longer for its rows than for all else on the page (ADR 11).

Everything goes through ``format_html``, so that what people typed is escaped; only what it gave is
joined.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from helpdesk.templatetags.icons import icon
from helpdesk.templatetags.moments import clock, day
from tickets.models import Interaction
from tickets.views.attachments import FileRow
from tickets.views.timeline import CHANNEL_ICONS, LABELS

Standing = Interaction.Standing
CHANNELS = dict(Interaction.Channel.choices)
EMPTY = SafeString("")
# How many letters of a contact are told where one is chosen from a list.
TOLD = 60


def draw_contact(
    contact: Any, *, files: Sequence[FileRow] = (), with_purchase: bool = False
) -> SafeString:
    """One contact as a row of a timeline; ``with_purchase`` says beside the person which it was.

    Of the contact its reason and agent are read, and the purchase where it is told.
    """
    label = LABELS.get(contact.standing, "")
    inbound = contact.direction == Interaction.Direction.INBOUND
    return format_html(
        '<li class="td-event{}"><span class="td-event-when"><span>{}</span><span>{}</span></span>'
        '<span class="td-disc{}">{}</span><span class="td-muted">{}</span>'
        '<span class="td-event-body"><a class="td-ink-link" href="{}"><b>{}</b></a>&ensp;{}{}</span>'
        '<span class="td-event-who">{}{}</span><span class="td-event-net{}">{}</span></li>\n',
        " td-event-gone" if contact.superseded_at else "",
        day(contact.occurred_at),
        clock(contact.occurred_at),
        f" td-disc-{contact.standing}" if contact.standing in {"net", "merged"} else "",
        icon(CHANNEL_ICONS[contact.channel], 14, str(CHANNELS[contact.channel])),
        icon("arrow-left", 15, _("they contacted us"))
        if inbound
        else icon("arrow-right", 15, _("we contacted them")),
        reverse("interaction_page", args=[contact.pk]),
        contact.reason.name if contact.reason else _("No reason yet"),
        said(contact),
        draw_files(files),
        contact.agent.name if contact.agent else "",
        purchase_link(contact) if with_purchase and contact.purchase else EMPTY,
        " td-event-net-not" if label else "",
        label,
    )


def said(contact: Any) -> str:
    """What was said, or that it was erased."""
    if contact.erased_at:
        return format_html('<i class="td-muted">{}</i>', _("erased"))
    words: str = contact.summary
    return words


def purchase_link(contact: Any) -> SafeString:
    """Which purchase it is about."""
    address = reverse("purchase_page", args=[contact.purchase_id])
    return format_html(' · <a href="{}">{}</a>', address, contact.purchase.order_number)


def draw_files(files: Sequence[FileRow]) -> SafeString:
    """The files that belong to what was said; nothing where there are none."""
    if not files:
        return EMPTY
    drawn = [draw_file(one) for one in files]
    return format_html('<span class="td-said-files">{}</span>', SafeString("".join(drawn)))


def draw_file(file: FileRow) -> SafeString:
    """One of them, with its preview where there is one."""
    mark = icon("paperclip", 14)
    if file.has_preview:
        preview = reverse("attachment_preview", args=[file.pk])
        mark = format_html(
            '<a href="{}"><img src="{}" alt="{}" width="72" height="72" loading="lazy"></a>',
            preview,
            preview,
            _("Preview of %(name)s") % {"name": file.name},
        )
    return format_html(
        '<span class="td-said-file">{}<a class="td-break" href="{}" download>{}</a></span>',
        mark,
        reverse("attachment_download", args=[file.pk]),
        file.name,
    )


def draw_choices(contacts: Iterable[Any]) -> SafeString:
    """Contacts to choose one from, as the options of a list; without those that were superseded."""
    options = [
        format_html(
            '<option value="{}">{} {}: {}</option>',
            contact.pk,
            f"{timezone.localtime(contact.occurred_at):%Y-%m-%d %H:%M}",
            CHANNELS[contact.channel],
            Truncator(contact.summary).chars(TOLD),
        )
        for contact in contacts
        if not contact.superseded_at
    ]
    return SafeString("".join(options))
