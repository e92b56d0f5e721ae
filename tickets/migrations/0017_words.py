from django.db import migrations

from helpdesk.lib.wordindex import InstallWords
from tickets.words import WORDS


class Migration(migrations.Migration):
    """Contacts, notes and tickets are found by their words."""

    # PostgreSQL builds the indexes beside the work that goes on.
    atomic = False
    dependencies = [("tickets", "0016_call_drafts")]

    operations = [InstallWords(index) for index in WORDS]
