from typing import ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import change_password


class InvitedOnlyAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People come in by an admin's invitation only; there is no public sign-up."""

    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "The e-mail address and the password do not belong together. Check both, or choose "
            "“I forgot my password”."
        ),
        "too_many_login_attempts": _(
            "Too many failed tries, so signing in is closed for this address for a few minutes. "
            "Wait five minutes, then try again."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts are made by invitation."""
        return False

    def set_password(self, user: User, password: str) -> None:
        """Through our own service, so that the history tells it."""
        change_password(user=user, password=password, actor=user)
