"""Groups by person type, and how a group names its members."""

import pytest

from backoffice.rules.memberships import Member, attribute_of, groups_of
from backoffice.settings import LdapSettings

BASE = "dc=example,dc=ac,dc=ir"
LDAP = LdapSettings(groups={"personnel": ("staff-mail", "cn=wifi,ou=nets,dc=x"), "faculty": ("teachers",)})


@pytest.mark.parametrize(
    ("kind", "groups"),
    [
        ("faculty", (f"cn=teachers,ou=groups,{BASE}",)), ("student", ()),
        ("personnel", (f"cn=staff-mail,ou=groups,{BASE}", "cn=wifi,ou=nets,dc=x")),
        ("", (f"cn=staff-mail,ou=groups,{BASE}", "cn=wifi,ou=nets,dc=x")),
    ],
)  # fmt: skip
def test_groups_follow_the_person_type(kind: str, groups: tuple[str, ...]) -> None:
    assert groups_of(kind, LDAP, BASE) == groups


@pytest.mark.parametrize(
    ("classes", "attribute"),
    [
        (["top", "groupOfNames"], "member"), (["groupOfUniqueNames"], "uniqueMember"), (["posixGroup"], "memberUid"),
        (["posixGroup", "groupOfNames"], "member"), (["organizationalUnit"], ""),
    ],
)  # fmt: skip
def test_the_class_of_a_group_says_where_its_members_stand(classes: list[str], attribute: str) -> None:
    assert attribute_of(classes) == attribute


def test_a_group_of_user_names_holds_the_name_and_others_the_dn() -> None:
    member = Member("uid=k,dc=x", "k")
    assert [member.written(name) for name in ("member", "memberUid")] == ["uid=k,dc=x", "k"]


@pytest.mark.parametrize("groups", [{"teachers": ["x"]}, {"faculty": ["a,b"]}, {"faculty": [""]}, {"faculty": [" x"]}])
def test_unknown_types_and_names_that_are_none_are_refused(groups: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(ValueError, match=r"person type|neither the name"):
        LdapSettings(groups=groups)
