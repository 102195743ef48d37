"""What the log text of a workspace weighs is summed from an index: a sum over the rows reads their data too."""
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('troubleshoot', '0004_word_index'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='logchunk',
            index=models.Index(fields=['log', 'at', 'stored'], name='chunk_weight'),
        ),
    ]
