"""How a signed-in person is found again on each request."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


class PersonBackend(AuthenticationBackend):  # type: ignore[misc]
    """Allauth's own, which brings the person's team along: the top of every page names it."""

    def get_user(self, user_id: int) -> User | None:
        """The person, if they still may sign in."""
        user = User.objects.select_related("team").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
