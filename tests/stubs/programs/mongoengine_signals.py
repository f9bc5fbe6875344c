"""Documents that are stored in a database that is only a program's memory."""

import mongoengine
import mongomock
from capturing import Capture


class Sailor(mongoengine.Document):
    name = mongoengine.StringField()


class Ship(mongoengine.EmbeddedDocument):
    name = mongoengine.StringField()


capture = Capture("mongoengine.signals")
mongoengine.connect(
    "harbour", mongo_client_class=mongomock.MongoClient, uuidRepresentation="standard"
)
Ship(name="Alma")
ada = Sailor(name="ada").save()
ada.name = "ben"
ada.save()
Sailor.objects.insert([Sailor(name="cleo"), Sailor(name="dan")])
Sailor.objects.insert(Sailor(name="eve"), load_bulk=False)
ada.delete()
capture.report()
