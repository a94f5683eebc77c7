"""Files that people send to prove something: told by their content, never by their name. Source: mission S54."""

from backoffice.i18n import N_
from backoffice.rules.errors import RefusedError

LARGEST = 5 * 1024 * 1024
KINDS = {
    "application/pdf": b"%PDF-", "image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n",
}  # fmt: skip
TOO_LARGE = N_("The file is larger than 5 MB. A photograph in a smaller size is enough.")
OTHER_KIND = N_("This is neither a photograph (JPEG, PNG) nor a PDF file.")


def kind_of(content: bytes) -> str:
    """Give the media type of a file. Raises RefusedError for one that is too large or of another kind."""
    if len(content) > LARGEST:
        raise RefusedError(TOO_LARGE)
    found = next((kind for kind, begin in KINDS.items() if content.startswith(begin)), "")
    if not found:
        raise RefusedError(OTHER_KIND)
    return found
