from django.db import migrations, models


class Migration(migrations.Migration):
    """Two people who change one team at once: the second is told."""

    dependencies = [("accounts", "0005_kept_rows")]

    operations = [
        migrations.AddField(
            "team", "version", models.PositiveIntegerField(default=1, editable=False)
        ),
    ]
