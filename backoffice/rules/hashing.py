"""One canonical way to hash structured content."""

import hashlib
import json
from typing import Any


def canonical_hash(content: Any) -> str:
    """Give the SHA-256 (hex) of JSON with sorted keys and no spaces."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
