"""The pages on which people ask for an account, one step a file. Source: mission.md §1; contract.md "Pages"."""

from backoffice.views.request import account, code, contact, done, embed, existing, go_on, identity, status
from backoffice.views.request.room import blueprint

__all__ = [
    "account", "blueprint", "code", "contact", "done", "embed", "existing", "go_on", "identity", "status",
]  # fmt: skip
