"""Whom an exception is about: the person of a case, of a finding, of the register, or whoever has a code typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from backoffice.i18n import N_
from backoffice.models import Case, Finding, Person
from backoffice.rules.errors import FormError
from backoffice.rules.national_code import NATIONAL, is_valid, normalise
from backoffice.services import cases, people

NO_CODE = N_("This is no valid national code.")
NO_SOURCE = N_("Please choose a source.")


@dataclass(frozen=True)
class Subject:
    """The person; ``hr``: what HR said when it was last looked at, for the form to show."""

    id_type: str
    national_code: str
    source: str
    name: str = ""
    case_id: int | None = None
    hr: Mapping[str, Any] = field(default_factory=dict)


def of_case(case: Case) -> Subject | None:
    """Give the person of a case, None for an account nobody owns."""
    finding = cases.finding_of(case)
    found = of_finding(finding) if finding else None
    code = case.national_code or (found.national_code if found else "")
    if not code:
        return None
    hr = found.hr if found else {}
    return Subject(str(hr.get("id_type") or NATIONAL), code, case.source or "", case.person_name, case.id, hr)


def of_finding(finding: Finding) -> Subject | None:
    """Give the person of a finding, None where no code is known."""
    if not finding.national_code:
        return None
    hr = finding.evidence.get("hr") or {}
    kind = str(hr.get("id_type") or NATIONAL)
    return Subject(kind, finding.national_code, finding.source or "", finding.person_name, None, hr)


def of_person(person: Person) -> Subject:
    """Give a person of the register, with the source of the newest link and what runs last kept of HR."""
    newest = next((one for one in people.story(person).findings if one.evidence.get("hr")), None)
    source = next((link.source for link in reversed(person.links)), newest.source if newest else "") or ""
    name = f"{person.first_name} {person.last_name}".strip() or person.full_name
    hr = newest.evidence["hr"] if newest else {}
    return Subject(person.id_type, person.national_code, source, name, None, hr)


def of_code(typed: str, source: str) -> Subject:
    """Give whoever has a national code. Raises FormError for a code that is not valid, and without a source."""
    code = normalise(typed)
    if not is_valid(code):
        raise FormError({"national_code": (NO_CODE, {})})
    if not source:
        raise FormError({"source": (NO_SOURCE, {})})
    return Subject(NATIONAL, code, source)
