"""The stages of a run in order, the only place that orders them: read, check, analyse, draw, publish.

Open `build.py` for a build as a whole, `region.py` for the way from the layers to the analysis, `stages.py` for
names, seconds and reasons of the stages.
"""

from geozones.pipeline.build import BuildReport, build
from geozones.pipeline.content import gather_content, read_content
from geozones.pipeline.inbox import InboxFile, InboxReport, take_inbox
from geozones.pipeline.inspections import InspectionReport, take_field_file
from geozones.pipeline.region import (
    CheckedRegion,
    analyse,
    check_region,
    choose_day,
    read_ledger,
    recall_region,
    recall_zones,
)
from geozones.pipeline.stages import STAGES, OnDone, OnStage

__all__ = [
    "STAGES",
    "BuildReport",
    "CheckedRegion",
    "InboxFile",
    "InboxReport",
    "InspectionReport",
    "OnDone",
    "OnStage",
    "analyse",
    "build",
    "check_region",
    "choose_day",
    "gather_content",
    "read_content",
    "read_ledger",
    "recall_region",
    "recall_zones",
    "take_field_file",
    "take_inbox",
]
