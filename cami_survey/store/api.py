"""The door of the store: survey files, what can be said of them without opening one, and map tiles."""

from cami_survey.base.records import Verification
from cami_survey.store.backups import restore
from cami_survey.store.keys import is_encrypted
from cami_survey.store.saving import Settlement
from cami_survey.store.schema import schema_version
from cami_survey.store.survey import SurveyFile
from cami_survey.store.taking_back import Merged, TakenBack, last_run
from cami_survey.store.tiles import TileMap

__all__ = [
    "Merged",
    "Settlement",
    "SurveyFile",
    "TakenBack",
    "TileMap",
    "Verification",
    "is_encrypted",
    "last_run",
    "restore",
    "schema_version",
]
