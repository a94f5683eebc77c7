"""What every page's template may use: who is here, what they may do, what needs saying on top."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, url_for

from backoffice.extensions import settings_of
from backoffice.i18n import N_, _
from backoffice.rules.permissions import Permission, Role
from backoffice.views.access import allowed
from backoffice.views.cookies import current_actor

OBSERVE_BANNER = N_("Observe mode: nothing outside this desk is changed and no message is sent.")
ROLE_TITLES = {
    Role.IT_ADMIN: N_("IT administrator"),
    Role.IT_OPERATOR: N_("IT operator"),
    Role.HELPDESK: N_("Help desk"),
    Role.HR_LIAISON: N_("HR liaison"),
    Role.MANAGER: N_("Manager"),
    Role.AUDITOR: N_("Auditor"),
}


@dataclass(frozen=True)
class CurrentUser:
    """The person of this request, as the templates of the theme know it."""

    username: str = ""
    name: str = ""
    role: str = ""
    is_authenticated: bool = False

    @property
    def title(self) -> str:
        """What is shown in the corner."""
        return self.name or self.username


def register(app: Flask) -> None:
    """Add the names to every template."""
    app.context_processor(_names)


def role_title(role: str) -> str:
    """Give a role in the language of the page."""
    return _(ROLE_TITLES[Role(role)]) if role in ROLE_TITLES else role


def _names() -> dict[str, Any]:
    actor, settings = current_actor(), settings_of(current_app)
    user = CurrentUser(actor.username, actor.display_name, actor.role, is_authenticated=True) if actor else None
    return {
        "current_user": user or CurrentUser(),
        "role_title": role_title(actor.role) if actor else "",
        "can_search": allowed(Permission.SEARCH),
        "allowed": allowed,
        "Permission": Permission,
        "own_login_url": url_for("own_login.index") if actor else "",
        "desk_banners": _banners() if actor else [],
        "support": settings.support,
    }


def _banners() -> list[tuple[str, str]]:
    if settings_of(current_app).policy.mode == "observe":
        return [("observe", _(OBSERVE_BANNER))]
    return []
