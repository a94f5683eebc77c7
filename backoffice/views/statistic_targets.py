"""Targets beside the figures they are about: as a part of the statistics page, in sentences, and in charts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from backoffice.i18n import _, ngettext
from backoffice.services import targets
from backoffice.services.figures import COVERAGE_DAYS, REMINDER_DAYS, covered
from backoffice.services.figures_now import Now
from backoffice.services.statistics import Report, Share
from backoffice.views.statistic_tables import Cells, Part
from backoffice.views.statistic_words import days, grouped, share


@dataclass(frozen=True)
class Standing:
    """A target beside its figure. ``now``: percent or days, None where nothing is known of this period or group."""

    name: str
    target: int
    now: int | None

    @property
    def is_reached(self) -> bool:
        """Say whether the figure is where it should be; what is not known is not."""
        return self.now is not None and targets.is_reached(self.name, self.now, self.target)


def titles() -> dict[str, str]:
    """Name what targets can be set for."""
    return {
        **{covered(number): str(_("Permanent account within %(days)s", days=days(number))) for number in COVERAGE_DAYS},
        **{
            targets.led(number): str(_("Asked within %(days)s of the reminder", days=days(number)))
            for number in REMINDER_DAYS
        },
        targets.OLDEST: str(_("Wait of the oldest open case")),
    }


def standings(report: Report, now: Now) -> list[Standing]:
    """Give each target that is set, in order."""
    figures: Mapping[str, int | None] = {
        **{covered(number): percent(found) for number, found in report.coverage.items()},
        **{targets.led(number): percent(found) for number, found in report.reminders.items()},
        targets.OLDEST: now.oldest,
    }
    return [Standing(name, number, figures[name]) for name, number in report.targets.items()]


def percent(found: Share) -> int | None:
    """Give a share in whole percent, as it is shown; None of nobody."""
    return round(100 * found.count / found.whole) if found.whole else None


def sentences(report: Report, now: Now) -> Iterator[str]:
    """Say whether the targets are reached, and name those that are not."""
    known = [each for each in standings(report, now) if each.now is not None]
    missed = [each for each in known if not each.is_reached]
    if known and not missed:
        yield str(ngettext(
            "The target that is set is reached.", "All %(number)s targets are reached.", len(known),
            number=grouped(len(known)),
        ))  # fmt: skip
    for each in missed:
        yield str(_(
            "Target not reached: %(title)s is %(now)s, wanted is %(target)s.", title=titles()[each.name],
            now=_amount(each.name, each.now or 0), target=wanted(each.name, each.target),
        ))  # fmt: skip


def wanted(name: str, target: int) -> str:
    """Say from where on, or up to where, a target is reached."""
    amount = _amount(name, target)
    if targets.KINDS[name].is_share:
        return str(_("at least %(amount)s", amount=amount))
    return str(_("at most %(amount)s", amount=amount))


def part(report: Report, now: Now) -> Part:
    """Give a row of each target: what it is about, what is wanted, what is, whether it is reached."""
    rows: list[Cells] = [
        [
            titles()[each.name], wanted(each.name, each.target),
            "" if each.now is None else _amount(each.name, each.now), _standing(each),
        ]
        for each in standings(report, now)
    ]  # fmt: skip
    return Part("targets", [_("Target"), _("Wanted"), _("Now"), _("Reached?")], rows)


def _standing(each: Standing) -> str:
    if each.now is None:
        return str(_("no figure"))
    return str(_("reached") if each.is_reached else _("not reached"))


def _amount(name: str, number: int) -> str:
    return share(number, 100) if targets.KINDS[name].is_share else days(number)
