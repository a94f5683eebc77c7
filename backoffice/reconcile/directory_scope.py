"""Where an entry stands in the tree: its branch, whether it is protected, which sources cover it.

Source: reconciliation.md "Sources and scope"; PROTECTED.
"""

from collections.abc import Callable, Sequence

import pandas as pd

from backoffice.ports.directory import SEPARATOR, Directory
from backoffice.rules import distinguished_name
from backoffice.settings import Covers, HrSource, Settings

PEOPLE, TEMPORARY, ARCHIVED, SERVICES, OTHER = "people", "temporary", "archived", "services", "other"
_LAYOUT = (PEOPLE, TEMPORARY, ARCHIVED, SERVICES)
_BY_FILTER_ALONE = frozenset({PEOPLE, OTHER})
_FIRST_NAME = r"^(?:\\.|[^,\\])*,?"


class Branches:
    """The entries by the entry above them: a directory has few of those, so each is looked at once."""

    def __init__(self, dns: pd.Series, settings: Settings) -> None:
        self._settings = settings
        self._dns = dns
        above = dns.str.replace(_FIRST_NAME, "", regex=True)
        self._numbers, self._parents = pd.factorize(above)

    @property
    def base(self) -> str:
        """The DN that branches are relative to."""
        return self._settings.ldap_base_dn

    @property
    def people(self) -> str:
        """The branch of people, relative to the base."""
        return self._settings.ldap.layout.people

    def full(self, relative: str) -> str:
        """Give a branch as a full DN."""
        return distinguished_name.join(relative, self.base)

    def names(self) -> pd.Series:
        """Give the layout's name of each entry's branch, "other" outside; the most specific branch wins."""
        layout = {name: self.full(str(getattr(self._settings.ldap.layout, name))) for name in _LAYOUT}
        specific_first = sorted(layout, key=lambda name: -len(distinguished_name.split(layout[name])))

        def name_of(parent: str) -> str:
            found = (name for name in specific_first if distinguished_name.is_under(parent, layout[name]))
            return next(found, OTHER)

        return self._by_parent(name_of).astype("str")

    def under(self, branches: Sequence[str]) -> pd.Series:
        """Say for each entry whether it is one of these branches (full DNs) or below one."""
        inside = self._by_parent(lambda parent: any(distinguished_name.is_under(parent, dn) for dn in branches))
        return inside.astype(bool) | self._equal(branches)

    def protected(self) -> pd.Series:
        """Say for each entry whether no job may ever touch it."""
        ldap = self._settings.ldap
        return self.under([self.full(ldap.layout.services), *ldap.protected])

    def _by_parent(self, answer: Callable[[str], object]) -> pd.Series:
        answers = pd.Series([answer(parent) for parent in self._parents])
        return pd.Series(answers.take(self._numbers).array, index=self._dns.index)

    def _equal(self, dns: Sequence[str]) -> pd.Series:
        wanted = {distinguished_name.normal(dn) for dn in dns}
        parents = {distinguished_name.normal(distinguished_name.parent(dn)) for dn in dns}
        near = self._by_parent(lambda parent: distinguished_name.normal(parent) in parents).astype(bool)
        equal = near.copy()
        equal[near] = self._dns[near].map(lambda dn: distinguished_name.normal(dn) in wanted).astype(bool)
        return equal


def covered_by(
    directory: Directory, branches: Branches, identities: pd.Series, sources: Sequence[HrSource]
) -> pd.Series:
    """Give for each entry the names of the sources that cover it, joined with SEPARATOR; "" for none.

    A source without ``covers`` covers people; one with a filter alone covers what matches outside temporary,
    archived and services. Filters are evaluated by the directory.
    """
    names = pd.Series("", index=identities.index, dtype="str")
    for source in sources:
        covered = _covers(directory, branches, identities, source)
        separator = names.where(names == "", names + SEPARATOR)
        names = names.where(~covered, separator + source.name)
    return names


def set_temporary_apart(frame: pd.DataFrame, has_end: pd.Series) -> None:
    """Name, in a directory that keeps them among the permanent ones, the temporary entries; no source covers them.

    Source: docs/adr/0019.
    """
    named_by_code = (frame["national_code"] != "") & (frame["username"] == frame["national_code"])
    found = (frame["branch"] == PEOPLE) & named_by_code & has_end
    frame.loc[found, ["branch", "covered_by"]] = [TEMPORARY, ""]


def _covers(directory: Directory, branches: Branches, identities: pd.Series, source: HrSource) -> pd.Series:
    covers = source.covers or Covers()
    if not covers.filter:
        return branches.under([branches.full(branch) for branch in covers.branches or (branches.people,)])
    where = [branches.full(branch) for branch in covers.branches] or [branches.base]
    matching = set().union(*(directory.matching(covers.filter, branch) for branch in where))
    covered = identities.isin(matching)
    return covered if covers.branches else covered & branches.names().isin(_BY_FILTER_ALONE)
