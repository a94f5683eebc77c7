"""What keeps heavy work from a cluster, in words, for jobs and for ``flask check``."""

from collections.abc import Iterator

from sqlalchemy import make_url

from backoffice import engine
from backoffice.i18n import N_
from backoffice.rules.errors import RefusedError
from backoffice.services.fault import Fault
from backoffice.settings import Settings

NOT_INSTALLED = N_("DASK_SCHEDULER is set, but the Python package distributed is not installed here.")
DOWN = N_("The Dask cluster %(scheduler)s does not answer, has no workers, or broke off.")
NEEDS_SERVER = N_("DASK_SCHEDULER needs a database that other machines reach; SQLite is a file of this one.")


def refusal(fault: engine.EngineError, settings: Settings) -> RefusedError:
    """Give why work could not be handed out."""
    if isinstance(fault, engine.NotInstalledError):
        return RefusedError(NOT_INSTALLED)
    return RefusedError(DOWN, {"scheduler": settings.dask_scheduler})


def engine_faults(settings: Settings) -> Iterator[Fault]:
    """Give what is wrong with the cluster that is configured, if one is."""
    if not settings.dask_scheduler:
        return
    if make_url(settings.database).get_backend_name() == "sqlite":
        yield Fault(NEEDS_SERVER, "BACKOFFICE_DATABASE_URL=postgresql+psycopg://…")
    try:
        engine.probe(settings.dask_scheduler)
    except engine.NotInstalledError as fault:
        yield Fault(refusal(fault, settings).message, "pip install distributed  # or BACKOFFICE_DASK_SCHEDULER=")
    except engine.EngineError as fault:
        why = refusal(fault, settings)
        yield Fault(why.message, "BACKOFFICE_DASK_SCHEDULER=tcp://…:8786", why.values)
