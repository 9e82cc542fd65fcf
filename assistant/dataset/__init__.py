"""Somebody's files become cases: a schema says what the columns mean, every row is accounted for."""

from assistant.dataset.cells import Fault
from assistant.dataset.choices import Choices, ColumnChoice
from assistant.dataset.complaints import Complaint
from assistant.dataset.dry_run import DryRun, Refusal, dry_run
from assistant.dataset.guess import examine, propose
from assistant.dataset.kept import KeptSchemas
from assistant.dataset.load import ImportResult, Progress, Sink, Verdict, import_file
from assistant.dataset.proposal import Proposal, ProposedColumn
from assistant.dataset.query import Query
from assistant.dataset.reading import Source
from assistant.dataset.roles import ROLE_GROUPS
from assistant.dataset.samples import masked, one_line
from assistant.dataset.schema import DATED_ROLES, SCORED_ROLES, Column, LabelRule, Schema
from assistant.dataset.schema_text import schema_text
from assistant.dataset.uploads import TooLarge, Upload, Uploads

__all__ = [
    "DATED_ROLES",
    "ROLE_GROUPS",
    "SCORED_ROLES",
    "Choices",
    "Column",
    "ColumnChoice",
    "Complaint",
    "DryRun",
    "Fault",
    "ImportResult",
    "KeptSchemas",
    "LabelRule",
    "Progress",
    "Proposal",
    "ProposedColumn",
    "Query",
    "Refusal",
    "Schema",
    "Sink",
    "Source",
    "TooLarge",
    "Upload",
    "Uploads",
    "Verdict",
    "dry_run",
    "examine",
    "import_file",
    "masked",
    "one_line",
    "propose",
    "schema_text",
]
