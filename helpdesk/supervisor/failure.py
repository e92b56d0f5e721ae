"""The one exception of the supervisor."""


class CannotStartError(Exception):
    """The product cannot be started; the text says why and what to do."""
