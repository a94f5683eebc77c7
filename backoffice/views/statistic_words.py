"""The words of the statistics page: what each figure is called and exactly what it counts."""

from persiantools.jdatetime import JalaliDate

from backoffice.i18n import N_, _, current_language, ngettext
from backoffice.rules.jalali_months import MONTH, SEASON, YEAR, stretch_of
from backoffice.rules.spans import DAY, HOUR, MINUTE
from backoffice.services import figures, figures_now
from backoffice.services.statistics import Asked
from backoffice.views.formats import digits

STEPS = {
    figures.STARTED: N_("Began"),
    figures.IDENTITY: N_("Identity confirmed"),
    figures.MOBILE: N_("Mobile confirmed"),
    figures.TEMPORARY: N_("Temporary account"),
    figures.REQUESTED: N_("Asked for the permanent one"),
    figures.APPROVED: N_("Approved"),
    figures.PERMANENT: N_("Permanent account"),
    figures.MOVED: N_("Mail moved"),
}
DIMENSIONS = {
    figures.UNIT: N_("Unit"), figures.EMPLOYMENT: N_("Employment type"), figures.PERSON: N_("Person type"),
}  # fmt: skip
MAIL = {
    "credentials_needed": N_("waits for the password"), "queued": N_("waits for its turn"),
    "working": N_("is being moved"), "failed": N_("did not succeed"), "done": N_("moved"),
}  # fmt: skip
HISTORY = {
    figures_now.OPEN_CASES: N_("Open cases"), figures_now.LIVE_TEMPORARY: N_("Temporary accounts in use"),
    figures_now.PERMANENT: N_("Permanent accounts"), figures_now.UNMOVED: N_("Mailboxes not moved yet"),
}  # fmt: skip
TITLES = {
    "funnel": N_("From the first form to the permanent account"),
    "months": N_("Who began when, and how far they are"),
    "coverage": N_("With a permanent account after so many days"),
    "comparison": N_("Beside the year before"),
    "reminders": N_("What reminders led to"),
    "causes": N_("Why registrations were refused"),
    "expired": N_("Temporary accounts that ended without a request"),
    "cases": N_("Open cases by age"),
    "temporary": N_("Temporary accounts in use by days left"),
    "mail": N_("Moves of mailboxes"),
    "history": N_("Day by day"),
    "freshness": N_("Age of HR's files"),
    "targets": N_("Targets"),
}
DEFINITIONS = {
    "funnel": N_(
        "Each attempt that began with the first form in this period counts once, with every step it has passed until "
        "now; a person who tried again is counted again. Attempts that another registration site made count too, "
        "claims of accounts that existed before do not. The share is of those who began. Times run from the first form "
        "to the step: half of them were faster than the median, nine of ten faster than the other."
    ),
    "months": N_(
        "By the month in which the attempt began, how many passed each step until now. A step may have been passed in "
        "a later month. Unit, employment type and person type are what HR says of the person now."
    ),
    "coverage": N_(
        "Of those who began in this period at least so many days ago, how many had their permanent account within so "
        "many days of the first form."
    ),
    "comparison": N_(
        "The full months of the period beside the same months of the year before, without the month that is not over. "
        "Steps count until now, so the year before had a year more for them; within 30 days both had the same time."
    ),
    "reminders": N_(
        "Of those whose first reminder of the end of their temporary account went out in this period at least so many "
        "days ago, how many asked for the permanent account within so many days of it."
    ),
    "causes": N_(
        "Cases of refused registrations opened in this period, by the cause that counts. "
        "Further attempts of the same person belong to the same case."
    ),
    "expired": N_(
        "Temporary accounts whose last day was in the month and whose owner has not asked for a permanent one."
    ),
    "cases": N_("Cases that wait for a decision now, by the full days since they were opened."),
    "temporary": N_("Temporary accounts that can be used now, by the full days until they end."),
    "mail": N_("Moves of old mailboxes as they are now, without those that were cancelled."),
    "history": N_(
        "What was counted on each day of the period, in the whole university; the last look of each day counts. Of a "
        "period of more than two months, the last day of each month."
    ),
    "targets": N_(
        "What managers want to reach, beside the figures of this page: shares are of the period and group that are "
        "shown, in whole percent; the oldest case is that of the whole university now."
    ),
    "freshness": N_("For each source, the full days since its accepted file was last known to be the truth."),
}
_KINDS = {
    "personnel": N_("Staff"), "faculty": N_("Faculty"), "contractor": N_("Contractor"), "student": N_("Student"),
    "admitted": N_("Admitted"), "retired": N_("Retired"), "foreign": N_("Foreigner"),
}  # fmt: skip
_SEASONS = (N_("Spring"), N_("Summer"), N_("Autumn"), N_("Winter"))
LENGTHS = {MONTH: N_("month"), SEASON: N_("season"), YEAR: N_("year")}


def stretch(month: int, length: int) -> str:
    """Name a month, season or year of the Jalali calendar: «مهر ۱۴۰۵»."""
    year = digits(month // YEAR)
    if length == YEAR:
        return year
    if length == SEASON:
        return f"{_(_SEASONS[month % YEAR // SEASON])} {year}"
    day = JalaliDate(month // YEAR, month % YEAR + 1, 1, locale=current_language())  # type: ignore[no-untyped-call]
    return f"{day.strftime('%B')} {year}"


def span(seconds: int | None) -> str:
    """Give a time in the largest unit it has been rounded to, "" for none."""
    if seconds is None:
        return ""
    if seconds < 2 * HOUR:
        number = seconds // MINUTE
        return str(ngettext("%(number)s minute", "%(number)s minutes", number, number=grouped(number)))
    if seconds < 2 * DAY:
        number = seconds // HOUR
        return str(ngettext("%(number)s hour", "%(number)s hours", number, number=grouped(number)))
    return days(seconds // DAY)


def days(number: int) -> str:
    """Give a number of days."""
    return str(ngettext("%(number)s day", "%(number)s days", number, number=grouped(number)))


def grouped(number: int) -> str:
    """Give a number as people read it: grouped, in the digits of the page."""
    text = f"{number:,}"
    return digits(text).replace(",", "٬") if current_language() == "fa" else text


def share(count: int, whole: int) -> str:
    """Give a percentage, "" of nothing."""
    if not whole:
        return ""
    percent = digits(round(100 * count / whole))
    return f"{percent}٪" if current_language() == "fa" else f"{percent}%"


def change(now: int | None, before: int | None) -> str:
    """Give by how much something is more or less, in percent, "" beside nothing or what is hidden."""
    if now is None or not before:
        return ""
    percent = round(100 * (now - before) / before)
    sign = "+" if percent > 0 else "\N{MINUS SIGN}" if percent < 0 else ""
    # Kept together and in this order, also where the page runs right to left.
    return f"\u2066{sign}{share(abs(percent), 100) or digits(0)}\u2069"


def period(asked: Asked, length: int) -> str:
    """Name a period by its first and last stretch."""
    first, last = (stretch(stretch_of(month, length), length) for month in (asked.first, asked.last))
    return first if first == last else f"{first} – {last}"


def value(dimension: str, written: str) -> str:
    """Name a value of a dimension; HR's own words stay as they are."""
    if not written:
        return str(_("HR does not say"))
    return str(str(_(_KINDS[written])) if dimension == figures.PERSON and written in _KINDS else written)


def from_days(starts: tuple[int, ...]) -> dict[str, str]:
    """Name classes of days by their first day: "3 to 6 days", "30 days and more"."""
    titles = {}
    for start, after in zip(starts, (*starts[1:], None), strict=True):
        if after is None:
            titles[str(start)] = _("%(first)s days and more", first=digits(start))
        elif after == start + 1:
            titles[str(start)] = _("under one day") if not start else days(start)
        else:
            titles[str(start)] = _("%(first)s to %(last)s days", first=digits(start), last=digits(after - 1))
    return titles
