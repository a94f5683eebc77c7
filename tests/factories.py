"""Rows for tests of pages and services: plausible by default, anything can be given."""

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import (
    Account,
    Finding,
    HrRow,
    JobRun,
    Link,
    Person,
    PlannedAction,
    Registration,
    Run,
    Snapshot,
    SnapshotConfirmation,
)
from backoffice.models.types import MAIN_DIRECTORY
from backoffice.rules.hashing import canonical_hash
from backoffice.rules.person_keys import keys_of
from backoffice.rules.text import n2
from tests.reconcile.worlds import code, name_of

_hashes = itertools.count(1)


def make_snapshot(source: str = "hr", **values: Any) -> int:
    """An accepted HR file, confirmed when it was accepted; give its id."""
    now = clock.now()
    moment = values.pop("at", now)
    usual = {
        "status": "accepted", "sha256": f"{next(_hashes):064x}", "file_name": "staff.csv", "encoding": "utf-8",
        "rows": 20, "accepted": 20, "columns": [], "gates": [], "warnings": [], "as_of": moment, "created_at": moment,
        "created_by": "amiri", "accepted_at": moment, "accepted_by": "amiri", "indexed": True,
    }  # fmt: skip
    with writing() as session:
        snapshot = Snapshot(source=source, **{**usual, **values})
        if snapshot.status == "accepted":
            snapshot.confirmations.append(SnapshotConfirmation(source=source, at=moment))
        else:
            snapshot.accepted_at = snapshot.accepted_by = None
        session.add(snapshot)
        session.flush()
        return snapshot.id


def make_run(findings: Sequence[Mapping[str, Any]] = (), **values: Any) -> int:
    """A planned run with these findings (see ``make_finding``), numbered as given; give its id."""
    counts: dict[str, int] = {}
    for finding in findings:
        situation = finding.get("situation", "DRIFT")
        counts[situation] = counts.get(situation, 0) + 1
    now = clock.now()
    usual = {
        "directory": MAIN_DIRECTORY, "status": "planned", "plan_hash": "a" * 64, "directory_entries": 5190,
        "situations": {"CONFIRMED": 5100, **counts}, "seconds": {"read_hr": 0.2, "compare": 1.0},
        "started_by": "amiri", "started_at": now, "finished_at": now,
    }  # fmt: skip
    with writing() as session:
        run = Run(**{**usual, **values})
        session.add(run)
        session.flush()
        for row, finding in enumerate(findings, start=1):
            session.add_all(make_finding(run.id, row, **finding))
        return run.id


def make_finding(run_id: int, row: int, number: int | None = None, **values: Any) -> list[Finding | PlannedAction]:
    """The rows of a finding about person ``number``; ``plan`` lists planned actions as dicts with kind, old, new."""
    who = row if number is None else number
    dn = f"uid=u{who},ou=people,dc=x"
    name = values.get("person_name", f"مریم {name_of(who)}")
    plan = values.pop("plan", [])
    usual: dict[str, Any] = {
        "source": "hr", "situation": "DRIFT", "national_code": code(who), "personnel_number": str(5000 + who),
        "person_name": name, "dns": [dn], "entry_uuid": f"uuid-{who}", "tier": "T0", "notes": [], "differences": [],
        "spelling": [], "evidence": {"entries": [entry_evidence(who)], "hr": hr_evidence(who)},
    }  # fmt: skip
    finding = Finding(
        run_id=run_id, row=row, directory=MAIN_DIRECTORY, search_key=n2(name),
        actions=[action["kind"] for action in plan], held=any(action.get("held") for action in plan),
        **{**usual, **values},
    )  # fmt: skip
    return [finding, *(_action(finding, action) for action in plan)]


def _action(finding: Finding, given: Mapping[str, Any]) -> PlannedAction:
    values = {"old": {}, "new": {}, "dn": finding.dns[0], **given}
    return PlannedAction(
        run_id=finding.run_id, finding_row=finding.row, source=finding.source, directory=MAIN_DIRECTORY,
        entry_uuid=finding.entry_uuid or "", row_hash=canonical_hash(values), **values,
    )  # fmt: skip


def entry_evidence(number: int, **values: Any) -> dict[str, Any]:
    """What a finding keeps of a directory entry."""
    return {
        "dn": f"uid=u{number},ou=people,dc=x", "entry_uuid": f"uuid-{number}", "csn": "c", "username": f"u{number}",
        "first_name": "مریم", "last_name": name_of(number), "full_name": f"مریم {name_of(number)}",
        "latin_full_name": "Maryam", "national_code": code(number), "personnel_number": str(5000 + number),
        "unit": "امور مالی", "unit_code": "", "title": "کارشناس", "employment_type": "رسمی",
        "mail": f"u{number}@example.ac.ir", "disabled": False, "branch": "people", **values,
    }  # fmt: skip


def hr_evidence(number: int, **values: Any) -> dict[str, Any]:
    """What a finding keeps of a row of HR."""
    return {
        "id_type": "national", "national_code": code(number), "personnel_number": str(5000 + number),
        "first_name": "مریم", "last_name": name_of(number), "full_name": "", "father_name": "حسن",
        "birth_date": "1980-05-21", "mobile": "09123456789", "unit": "امور مالی", "unit_code": "", "title": "کارشناس",
        "employment_type": "رسمی", "person_type": "", "status": "شاغل", "start_date": "2010-03-21", "end_date": "",
        "student_number": "", "status_class": "active", "person_kind": "personnel", "line": number + 1,
        "source": "hr", **values,
    }  # fmt: skip


def make_job_run(name: str = "housekeeping", **values: Any) -> int:
    """A finished run of a job; give its id."""
    now = clock.now()
    usual = {"status": "done", "started_by": "schedule", "started_at": now, "finished_at": now}
    with writing() as session:
        run = JobRun(name=name, **{**usual, **values})
        session.add(run)
        session.flush()
        return run.id


def make_person(number: int, **values: Any) -> int:
    """A person of the register with a link to ``u<number>``; give the id."""
    now = clock.now()
    first, last = values.pop("first_name", "مریم"), values.pop("last_name", name_of(number))
    linked = values.pop("linked", True)
    with writing() as session:
        person = Person(
            national_code=code(number), first_name=first, last_name=last, created_at=now,
            **keys_of(n2(first), n2(last)), **values,
        )  # fmt: skip
        if linked:
            person.links.append(Link(
                source="hr", personnel_number=str(5000 + number), directory=MAIN_DIRECTORY, entry_uuid=f"uuid-{number}",
                dn=f"uid=u{number},ou=people,dc=x", username=f"u{number}", rule="T1", origin="reconciliation",
                created_at=now,
            ))  # fmt: skip
        session.add(person)
        session.flush()
        return person.id


def make_registration(number: int = 1, **values: Any) -> int:
    """An attempt of person ``number``, just begun; give its id."""
    now = clock.now()
    usual = {
        "tracking_code": f"T{next(_hashes):07d}", "state": "started", "id_type": "national",
        "national_code": code(number), "birth_date": "1980-05-21", "first_name": "مریم", "last_name": name_of(number),
        "father_name": "حسن", "created_at": now, "updated_at": now,
    }  # fmt: skip
    with writing() as session:
        registration = Registration(**{**usual, **values})
        session.add(registration)
        session.flush()
        return registration.id


def make_hr_row(number: int, source: str = "hr", **values: Any) -> dict[str, Any]:
    """A row of HR about person ``number`` in the accepted file of a source (made at need); give its fields.

    ``status_class`` and ``padded`` may be given among the fields.
    """
    fields = hr_evidence(number, source=source, **values)
    fields.pop("source")
    status_class, padded = fields.pop("status_class"), fields.pop("padded", False)
    kept = {name: value for name, value in fields.items() if value != "" and name != "line"}
    snapshot = db.session.scalar(sa.select(Snapshot.id).where(Snapshot.source == source))
    snapshot = snapshot or make_snapshot(source)
    with writing() as session:
        session.add(HrRow(
            snapshot_id=snapshot, source=source, content=next(_hashes), id_type=fields["id_type"],
            national_code=fields["national_code"],
            padded=padded, personnel_number=fields["personnel_number"], birth_date=fields["birth_date"],
            name_key=n2(f"{fields['first_name']} {fields['last_name']}"), status_class=status_class, values=kept,
        ))  # fmt: skip
    return kept


def make_verified(number: int, **values: Any) -> int:
    """An attempt of person ``number`` whose code was right a moment ago; give its id."""
    usual = {
        "state": "otp_verified", "source": "hr", "latin_first_name": "Maryam", "latin_last_name": "Karimi",
        "mobile": f"0912{number:07d}", "personal_email": f"p{number}@example.com",
    }  # fmt: skip
    return make_registration(number, **{**usual, **values})


def make_account(number: int, **values: Any) -> int:
    """A valid temporary account of person ``number``, entered now if new; give its id."""
    now = clock.now()
    person = values.pop("person_id", None) or make_person(number, linked=False)
    usual = {
        "person_id": person, "username": code(number), "state": "temporary", "source": "hr",
        "entry_uuid": f"uuid-{number}", "dn": f"uid={code(number)},ou=temporary,dc=x", "mobile": f"0912{number:07d}",
        "personal_email": f"p{number}@example.com", "expires_at": now + dt.timedelta(days=20), "created_at": now,
        "ready_at": now,
    }  # fmt: skip
    with writing() as session:
        account = Account(**{**usual, **values})
        session.add(account)
        session.flush()
        return account.id
