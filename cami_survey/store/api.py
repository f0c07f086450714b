"""The door of the store: survey files, what can be said of them without opening one, and map tiles."""

from cami_survey.base.records import Verification
from cami_survey.store.backups import Drill, restore
from cami_survey.store.backups import folder_of as backup_folder
from cami_survey.store.checking import Batch
from cami_survey.store.keys import is_encrypted, key_name
from cami_survey.store.recovery import Recovery, secret_in
from cami_survey.store.recovery import new as new_recovery
from cami_survey.store.recovery import split as split_recovery
from cami_survey.store.rekeying import change_key
from cami_survey.store.salvage import Salvaged, salvage
from cami_survey.store.saving import Settlement
from cami_survey.store.schema import schema_version
from cami_survey.store.survey import Entrance, SurveyFile
from cami_survey.store.taking_back import Brought, Merged, TakenBack, last_run
from cami_survey.store.tiles import TileMap

__all__ = [
    "Batch",
    "Brought",
    "Drill",
    "Entrance",
    "Merged",
    "Recovery",
    "Salvaged",
    "Settlement",
    "SurveyFile",
    "TakenBack",
    "TileMap",
    "Verification",
    "backup_folder",
    "change_key",
    "is_encrypted",
    "key_name",
    "last_run",
    "new_recovery",
    "restore",
    "salvage",
    "schema_version",
    "secret_in",
    "split_recovery",
]
