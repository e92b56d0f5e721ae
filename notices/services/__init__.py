"""Writes of the notices room, split by noun."""

from notices.services.mails import queue_mails, send_mails
from notices.services.telling import (
    notify,
    read_all_notices,
    read_notice,
    tell_of_ended_jobs,
)

__all__ = [
    "notify",
    "queue_mails",
    "read_all_notices",
    "read_notice",
    "send_mails",
    "tell_of_ended_jobs",
]
