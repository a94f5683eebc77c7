"""HR snapshots, all of it under one name: bring in, look first, accept, find, load, forget."""

from backoffice.reconcile.read_hr import BROWSER_LIMIT, COMMAND_LIMIT
from backoffice.services.snapshot_accept import Acceptance, Vanishing, accept, find, would_vanish
from backoffice.services.snapshot_import import import_file
from backoffice.services.snapshot_preview import Preview, preview
from backoffice.services.snapshot_result import Imported, stored_gate
from backoffice.services.snapshot_store import load_frame, newest_accepted, purge_expired, source_of

__all__ = [
    "BROWSER_LIMIT", "COMMAND_LIMIT", "Acceptance", "Imported", "Preview", "Vanishing", "accept", "find",
    "import_file", "load_frame", "newest_accepted", "preview", "purge_expired", "source_of", "stored_gate",
    "would_vanish",
]  # fmt: skip
