from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('purchases', '0011_lot_parts'),
    ]

    operations = [
        # Without a default and NULL: on SQLite a plain ADD COLUMN, which keeps the triggers.
        migrations.AddField(
            model_name='lot',
            name='awaited_since',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name='lot',
            index=models.Index(condition=models.Q(('state', 'made')), fields=['awaited_since', 'state_since', 'id'], name='lot_to_inspect'),
        ),
    ]
