"""``/metrics`` for Prometheus: from this machine, or with a token. Source: contract.md "Pages"."""

import hmac
from ipaddress import ip_address

from flask import Blueprint, Response, abort, current_app, request

from backoffice.extensions import settings_of
from backoffice.services import metrics

blueprint = Blueprint("metrics", __name__)
PREFIX = "backoffice_"


@blueprint.get("/metrics")
def index() -> Response:
    """Answer in the text form of Prometheus; 404 for everybody who is not to see it."""
    if not (_has_token() or _is_local()):
        abort(404)
    # Only who is asked for metrics loads what writes them.
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest  # noqa: PLC0415

    registry = CollectorRegistry()
    for gauge in metrics.gauges(settings_of(current_app)):
        told = Gauge(PREFIX + gauge.name, gauge.help, gauge.labels, registry=registry)
        for labels, value in gauge.values.items():
            (told.labels(*labels) if labels else told).set(value)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _has_token() -> bool:
    token = settings_of(current_app).metrics_token.get_secret_value()
    given = request.headers.get("Authorization", "")
    return bool(token) and hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


def _is_local() -> bool:
    """Say whether this machine asks; what a proxy we do not know of hands on may come from anywhere."""
    is_handed_on = not settings_of(current_app).proxy_count and "X-Forwarded-For" in request.headers
    try:
        return not is_handed_on and ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
