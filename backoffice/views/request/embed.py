"""``/request/embed.js``: puts the request page into a portal as a frame that grows with it."""

from flask import Response, current_app
from flask.typing import ResponseReturnValue

from backoffice.views.request.room import blueprint

_HOUR = 3600


@blueprint.get("/embed.js", endpoint="embed")
def script() -> ResponseReturnValue:
    """Give the script; any page may load it, only those of EMBED_ORIGINS may show the frame."""
    answer: Response = current_app.send_static_file("embed.js")
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["Cache-Control"] = f"public, max-age={_HOUR}"
    return answer
