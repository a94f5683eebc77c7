import pytest

from backoffice.rules.permissions import TABLE, Permission, Role, highest, may, may_use_source

READ_ONLY = {p for p in Permission if p.value.startswith("see_")} | {Permission.SEARCH}


def test_every_role_has_a_row() -> None:
    assert set(TABLE) == set(Role)


def test_the_auditor_reads_everything_and_changes_nothing() -> None:
    assert TABLE[Role.AUDITOR] == READ_ONLY


def test_the_admin_may_do_everything() -> None:
    assert TABLE[Role.IT_ADMIN] == set(Permission)


def test_a_manager_sees_home_and_statistics_only() -> None:
    own_login = {Permission.SEE_OWN_LOGIN, Permission.CHANGE_OWN_LOGIN}
    assert TABLE[Role.MANAGER] - own_login == {
        Permission.SEE_HOME, Permission.SEE_STATISTICS, Permission.SET_TARGETS,
    }  # fmt: skip


@pytest.mark.parametrize("permission", [Permission.UNMASK, Permission.START_RUN, Permission.SEE_RUNS])
def test_the_help_desk_neither_unmasks_nor_sees_plans(permission: Permission) -> None:
    assert not may(Role.HELPDESK, permission)


def test_only_the_admin_manages_desk_users() -> None:
    assert [role for role in Role if may(role, Permission.MANAGE_STAFF)] == [Role.IT_ADMIN]


def test_an_unknown_role_may_do_nothing() -> None:
    assert not may("root", Permission.SEE_HOME)
    assert not may_use_source("root", (), "hr")


def test_a_liaison_is_bound_to_own_sources() -> None:
    assert may_use_source("hr_liaison", ("staff",), "staff")
    assert not may_use_source("hr_liaison", ("staff",), "faculty")
    assert may_use_source("it_operator", (), "faculty")


def test_of_several_roles_the_mightiest_wins() -> None:
    assert highest({"auditor", "helpdesk", "nonsense"}) is Role.HELPDESK
    assert highest({"nonsense"}) is None
