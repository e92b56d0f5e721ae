from django.db import migrations

from helpdesk.lib.frozen import InstallTriggers
from thresholds.frozen import FROZEN


class Migration(migrations.Migration):

    dependencies = [("thresholds", "0006_product_count")]

    operations = [InstallTriggers(FROZEN)]
