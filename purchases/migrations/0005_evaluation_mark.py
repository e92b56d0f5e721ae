import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """The evaluator's queue gets a table of its own."""

    dependencies = [("purchases", "0004_lean_indexes")]

    operations = [
        migrations.CreateModel(
            name="EvaluationMark",
            fields=[
                (
                    "purchase",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="waiting",
                        serialize=False,
                        to="purchases.purchase",
                    ),
                ),
                ("mark", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["mark", "purchase"], name="evaluation_mark_oldest")
                ],
            },
        ),
    ]
