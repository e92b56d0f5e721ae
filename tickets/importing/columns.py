"""The columns of interactions.csv and ratings.csv and how their cells are read."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Shop
from helpdesk.lib.csvfiles.mapping import Column
from helpdesk.lib.csvfiles.values import (
    choice_parser,
    integer_parser,
    moment_parser,
    text_parser,
)
from tickets.models import Interaction

CHANNEL_WORDS = {
    Interaction.Channel.PHONE.value: ("telephone", "call", "voice"),
    Interaction.Channel.EMAIL.value: ("e-mail", "mail"),
    Interaction.Channel.CHAT.value: ("livechat", "whatsapp", "sms"),
    Interaction.Channel.VISIT.value: ("shop", "store", "counter"),
    Interaction.Channel.WEB.value: ("form", "website", "review"),
    Interaction.Channel.SOCIAL.value: ("facebook", "instagram", "twitter"),
    Interaction.Channel.POST.value: ("letter", "fax"),
    Interaction.Channel.OTHER.value: ("unknown",),
}
DIRECTION_WORDS = {
    Interaction.Direction.INBOUND.value: ("in", "incoming"),
    Interaction.Direction.OUTBOUND.value: ("out", "outgoing"),
}
OUTCOME_WORDS = {
    Interaction.Outcome.RESOLVED.value: ("solved", "done", "closed"),
    Interaction.Outcome.PROMISED.value: ("promise", "callback"),
    Interaction.Outcome.ESCALATED.value: ("escalate",),
    Interaction.Outcome.WAITING.value: ("waiting for customer", "pending"),
    Interaction.Outcome.NO_ACTION.value: ("none", "no action needed"),
}
MOST_SECONDS = 7 * 24 * 3600
MOST_SCORE = 5
SUMMARY_LENGTH = 20_000


def interaction_columns(shop: Shop) -> list[Column]:
    """The columns of FORMATS, with the names that other systems give them."""
    return [
        Column("external_id", required=True, parse=text_parser(160), synonyms=("id", "ticket_id"), label=_("external number")),
        Column("order_number", parse=text_parser(80), synonyms=("order", "order_id"), label=_("order number")),
        Column("occurred_at", required=True, parse=moment_parser(shop.zone), synonyms=("date", "created_at", "when"), label=_("when")),
        Column("channel", required=True, parse=choice_parser(CHANNEL_WORDS), synonyms=("source", "medium"), label=_("channel")),
        Column("direction", required=True, parse=choice_parser(DIRECTION_WORDS), label=_("direction")),
        Column("reason", parse=text_parser(120), synonyms=("category", "topic"), label=_("reason")),
        Column("outcome", parse=choice_parser(OUTCOME_WORDS), synonyms=("result",), label=_("outcome")),
        Column("summary", parse=text_parser(SUMMARY_LENGTH), synonyms=("text", "message", "subject"), label=_("what was said")),
        Column("agent", parse=text_parser(120), synonyms=("employee", "user"), label=_("agent")),
        Column("duration_seconds", parse=integer_parser(0, MOST_SECONDS), synonyms=("duration",), label=_("duration in seconds")),
        Column("ticket_ref", parse=text_parser(120), synonyms=("ticket", "case"), label=_("ticket")),
    ]  # fmt: skip


def rating_columns(shop: Shop) -> list[Column]:
    """The columns of FORMATS."""
    return [
        Column("external_id", required=True, parse=text_parser(160), synonyms=("id", "review_id"), label=_("external number")),
        Column("order_number", required=True, parse=text_parser(80), synonyms=("order", "order_id"), label=_("order number")),
        Column("answered_at", required=True, parse=moment_parser(shop.zone), synonyms=("date", "created_at"), label=_("answered")),
        Column("score", required=True, parse=integer_parser(1, MOST_SCORE), synonyms=("rating", "stars"), label=_("score")),
        Column("comment", parse=text_parser(SUMMARY_LENGTH), synonyms=("text",), label=_("comment")),
    ]  # fmt: skip
