"""Mails of the accounts room; sent outside of transactions."""

from smtplib import SMTPException

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.models import Invitation


def send_invitation(invitation: Invitation, *, link: str) -> bool:
    """Mail the link to the invited person; False when the mail server did not take it."""
    told = {"invitation": invitation, "link": link}
    text = render_to_string("accounts/email/invitation.txt", told)
    subject = _("%(person)s invites you to Tallydesk") % {"person": invitation.invited_by.name}
    try:
        send_mail(subject, text, None, [invitation.user.email or ""])
    except (SMTPException, OSError):
        return False
    return True
