from django.db import migrations, models
from django.db.models import Q


def key() -> models.CharField:
    return models.CharField(editable=False, max_length=36, null=True)


def once(name: str) -> models.UniqueConstraint:
    # Conditional, as SQLite then adds it without building the table anew, triggers and all.
    return models.UniqueConstraint(
        condition=Q(form_key__isnull=False), fields=("form_key",), name=name
    )


class Migration(migrations.Migration):
    """A form that is sent twice makes one contact, or one promise."""

    dependencies = [("tickets", "0003_kept_rows")]

    operations = [
        migrations.AddField("interaction", "form_key", key()),
        migrations.AddField("promise", "form_key", key()),
        migrations.AddConstraint("interaction", once("interaction_once_per_form")),
        migrations.AddConstraint("promise", once("promise_once_per_form")),
    ]
