from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("purchases", "0006_move_marks")]

    operations = [
        migrations.RemoveIndex("purchase", "purchase_marked"),
        migrations.RemoveField("purchase", "evaluation_mark"),
    ]
