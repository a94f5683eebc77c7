"""Tables of the register, one subject a file: columns and constraints, no rules, no I/O."""

from backoffice.models.audit import AuditEntry
from backoffice.models.case import Case, Verdict
from backoffice.models.discrepancy import Discrepancy
from backoffice.models.hr import ColumnChoice, QuarantinedRow, Snapshot, SnapshotConfirmation
from backoffice.models.job import JobRun, JobState, WorkerLease
from backoffice.models.message import Message
from backoffice.models.operation import Operation
from backoffice.models.person import Link, Person, PersonCode
from backoffice.models.proof import DisablingProof
from backoffice.models.question import Question
from backoffice.models.release import Release
from backoffice.models.run import DirectoryAcceptance, Finding, PlannedAction, Run
from backoffice.models.staff import LoginThrottle, Staff, WebSession
from backoffice.models.trust import TrustLevel

__all__ = [
    "AuditEntry", "Case", "ColumnChoice", "DirectoryAcceptance", "DisablingProof", "Discrepancy", "Finding", "JobRun",
    "JobState", "Link", "LoginThrottle", "Message", "Operation", "Person", "PersonCode", "PlannedAction",
    "QuarantinedRow", "Question", "Release", "Run", "Snapshot", "SnapshotConfirmation", "Staff", "TrustLevel",
    "Verdict", "WebSession", "WorkerLease",
]  # fmt: skip
