"""``/request/embed.js``: puts the request page into a portal as a frame that grows with it."""

from pathlib import Path

from flask import Response, current_app
from flask.typing import ResponseReturnValue

from backoffice.views.request.room import blueprint

_HOUR = 3600


@blueprint.get("/embed.js", endpoint="embed")
def script() -> ResponseReturnValue:
    """Give the script; any page may load it, only those of EMBED_ORIGINS may show the frame."""
    text = (Path(current_app.static_folder or "") / "embed.js").read_text("utf-8")
    answer = Response(text, mimetype="text/javascript")
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["Cache-Control"] = f"public, max-age={_HOUR}"
    return answer
