from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('quality', '0013_indexes_for_figures'),
    ]

    operations = [
        migrations.AddField(
            model_name='gauge',
            name='closes_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
