"""The word index of the log store, in what the database offers; chunks that are there already enter it."""
import zstandard
from django.db import migrations

from troubleshoot import wordindex


def create(apps, schema_editor):
    for statement in wordindex.CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)
    chunks = apps.get_model("troubleshoot", "LogChunk").objects.order_by("id")
    for chunk, data in chunks.values_list("id", "data").iterator(chunk_size=50):
        wordindex.enter((chunk, zstandard.decompress(bytes(data)).decode()))


def destroy(apps, schema_editor):
    for statement in wordindex.DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('troubleshoot', '0003_flight_recorder'),
    ]

    operations = [
        migrations.RunPython(create, destroy),
    ]
