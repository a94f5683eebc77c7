"""What works in most browsers only: portals of another site that frame the request page.

Source: reliability.md §2 ("framed request pages"): their cookie is then a third party's.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from backoffice.i18n import N_
from backoffice.services.fault import Fault
from backoffice.settings import Settings, is_loopback

OTHER_SITE = N_(
    "%(origin)s is not the same site as BASE_URL: in a browser that does not know partitioned cookies nobody can "
    "register inside that portal."
)


def embedding_warnings(settings: Settings) -> Iterator[Fault]:
    """Give a warning for each embedding portal that is not the same site: same scheme, and one domain of ours.

    Two hosts below one of UNIVERSITY_DOMAINS are one site; a list of public suffixes is not needed for that.
    """
    for origin in () if is_loopback(settings.url) else settings.embed_origins:
        if not _is_same_site(origin, settings):
            yield Fault(OTHER_SITE, _cure(settings), {"origin": origin})


def _is_same_site(origin: str, settings: Settings) -> bool:
    theirs, ours = urlsplit(origin), urlsplit(settings.url)
    hosts = (theirs.hostname or "", ours.hostname or "")
    one_domain = any(all(_is_below(host, domain) for host in hosts) for domain in settings.university_domains)
    return theirs.scheme == ours.scheme and (hosts[0] == hosts[1] or one_domain)


def _is_below(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _cure(settings: Settings) -> str:
    domain = next(iter(settings.university_domains), "example.ac.ir")
    return f"BACKOFFICE_BASE_URL=https://accounts.{domain}\nBACKOFFICE_EMBED_ORIGINS=https://portal.{domain}"
