"""Tables of the register, one subject a file: columns and constraints, no rules, no I/O."""

from backoffice.models.account import Account
from backoffice.models.account_batch import AccountBatch, AccountBatchRow
from backoffice.models.announcement import Announcement
from backoffice.models.audit import AuditEntry
from backoffice.models.case import Case, ReviewBatch, Verdict
from backoffice.models.continuation import Continuation
from backoffice.models.correction_request import CorrectionRequest
from backoffice.models.discrepancy import Discrepancy
from backoffice.models.escalation import Escalation
from backoffice.models.figure import DailyFigure, Figure
from backoffice.models.holiday import Holiday
from backoffice.models.hr import ColumnChoice, QuarantinedRow, Snapshot, SnapshotConfirmation
from backoffice.models.hr_row import HrRow
from backoffice.models.job import JobRun, JobState, WorkerLease
from backoffice.models.mail_move import MailMove, MovedMessage, MoveFolder
from backoffice.models.message import Message
from backoffice.models.one_time_code import OneTimeCode, RateCount
from backoffice.models.operation import Operation
from backoffice.models.override import Override
from backoffice.models.permanent_request import PermanentRequest
from backoffice.models.person import Link, Person, PersonCode
from backoffice.models.proof import DisablingProof
from backoffice.models.purge_proposal import PurgeProposal
from backoffice.models.question import Question
from backoffice.models.registration import Registration
from backoffice.models.release import Release
from backoffice.models.reminder import Reminder
from backoffice.models.request_question import RequestQuestion
from backoffice.models.run import DirectoryAcceptance, Finding, PlannedAction, Run
from backoffice.models.staff import LoginThrottle, Staff, WebSession
from backoffice.models.switch import Switch
from backoffice.models.target import Target
from backoffice.models.trust import TrustLevel
from backoffice.models.user_name import UserName

__all__ = [
    "Account", "AccountBatch", "AccountBatchRow", "Announcement", "AuditEntry", "Case", "ColumnChoice",
    "Continuation", "CorrectionRequest", "DailyFigure", "DirectoryAcceptance", "DisablingProof", "Discrepancy",
    "Escalation", "Figure", "Finding", "Holiday", "HrRow", "JobRun", "JobState", "Link", "LoginThrottle", "MailMove",
    "Message", "MoveFolder", "MovedMessage", "OneTimeCode",
    "Operation", "Override", "PermanentRequest", "Person", "PersonCode", "PlannedAction", "PurgeProposal",
    "QuarantinedRow", "Question", "RateCount", "Registration", "Release", "Reminder", "RequestQuestion",
    "ReviewBatch", "Run", "Snapshot", "SnapshotConfirmation", "Staff", "Switch", "Target", "TrustLevel", "UserName",
    "Verdict", "WebSession", "WorkerLease",
]  # fmt: skip
