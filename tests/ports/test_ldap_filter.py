"""Our own evaluation of LDAP filters."""

import pytest

from backoffice.ports.ldap_filter import FilterError, compile_filter

ENTRY = {
    "objectclass": ["inetOrgPerson", "person"],
    "sn": ["Karimi"],
    "sn;lang-fa": ["کریمی"],
    "title": ["Head  of Office"],
    "uidnumber": ["900"],
    "expiry": ["20260101000000Z"],
}


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("(sn=karimi)", True),
        ("(SN=کریمی)", True),
        ("(sn;lang-fa=karimi)", False),
        ("(sn;lang-fa=*)", True),
        ("(title=head of office)", True),
        ("(title=head*office)", True),
        ("(title=*of*)", True),
        ("(title=office*)", False),
        ("(title=\\48ead of office)", True),
        ("(uidNumber>=1000)", False),
        ("(uidNumber<=1000)", True),
        ("(expiry>=20250101000000Z)", True),
        ("(&(sn=*)(!(mail=*)))", True),
        ("(|(mail=a)(objectClass=PERSON))", True),
        ("(|(mail=a)(mail=b))", False),
        ("(&)", True),
        ("(mail=*)", False),
    ],
)
def test_filter_means_what_a_server_takes_it_to_mean(text: str, matches: bool) -> None:
    assert compile_filter(text)(ENTRY) is matches


@pytest.mark.parametrize("text", ["", "sn=a", "(sn=a", "(&(sn=a)", "(!(a=b)(c=d))", "(sn=a)x", "(a:1.2.3:=4)", "(=a)"])
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(FilterError):
        compile_filter(text)
