"""How far somebody is on the way to the permanent account, for the profile and its reminder. Source: mission S24."""

from enum import IntEnum

from backoffice.rules import request_states
from backoffice.services import permanent_requests
from backoffice.services.profile_sessions import Visitor


class Stage(IntEnum):
    """The steps of the profile, in order; the number is the one the page shows."""

    TEMPORARY = 1
    REQUEST = 2
    CHECKING = 3
    PERMANENT = 4


def stage_of(visitor: Visitor) -> Stage:
    """Give the step somebody is at."""
    if visitor.is_permanent:
        return Stage.PERMANENT
    asked = permanent_requests.of_account(visitor.account_id)
    return Stage.CHECKING if asked and asked.state in request_states.LIVE else Stage.REQUEST


def wants_request(visitor: Visitor) -> bool:
    """Say whether the person still has to file the request for the permanent account."""
    return stage_of(visitor) is Stage.REQUEST
