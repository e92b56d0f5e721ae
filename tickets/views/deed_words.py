"""What a deed will do, in words, before it is done."""

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from tickets.models import Interaction, Ticket
from tickets.services.deeds import Deed


def told_deed(deed: Deed) -> list[str]:
    """Its parts in the order in which they are done."""
    told = []
    if deed.note:
        told.append(_("Writes the note “%(text)s”") % {"text": deed.note})
    if deed.owner or deed.team:
        whom = " · ".join(str(one) for one in (deed.owner, deed.team) if one)
        told.append(_("Gives it to %(whom)s") % {"whom": whom})
    if deed.priority is not None:
        label = Ticket.Priority(deed.priority).label
        told.append(_("Sets the priority to %(priority)s") % {"priority": label})
    if deed.reply:
        channel = Interaction.Channel(deed.channel).label
        told.append(
            _("Writes down that you answered (%(channel)s): “%(text)s”")
            % {"channel": channel, "text": deed.reply}
        )
    return told + _told_end(deed)


def _told_end(deed: Deed) -> list[str]:
    """What becomes of the ticket."""
    if deed.waits:
        return [_("Lets it wait on the customer")]
    if deed.until is not None:
        return [
            _("Lets it wait until %(moment)s")
            % {"moment": date_format(localtime(deed.until), "DATETIME_FORMAT")}
        ]
    if deed.resolves:
        about = deed.reason.name if deed.reason else _("its own reason")
        return [
            _("Resolves it (%(reason)s): “%(text)s”") % {"reason": about, "text": deed.resolution}
        ]
    return []
