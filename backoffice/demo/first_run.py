"""What the first `make run` makes in the instance folder: keys, university, directory, settings, database, logins."""

import base64
import re
import secrets
import shutil
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_migrate import upgrade

from backoffice import clock, create_app
from backoffice.demo import history_rows, instance, mail_servers, movers, newcomers, university
from backoffice.demo.slapd import LocalSlapd
from backoffice.demo.terminal import say
from backoffice.demo.world import SOURCES
from backoffice.extensions import db
from backoffice.models.run import PLANNED
from backoffice.services import reconciliation, snapshots, staff
from backoffice.settings import Settings, load

SEED = 1405
ACTOR = "demo"
LOCAL_ROLES = ("it_admin", "hr_liaison")
SECRET_KEY, SEAL_KEY = "secret.key", "seal.key"
DIRECTORY, UNIVERSITY, EXPORTS, LOGS, INBOX = "directory", "university", "exports", "log", "hr-inbox"
NEWCOMERS, MOVERS = "newcomers.csv", "mail-moves.csv"
NO_MAIL = dict.fromkeys(mail_servers.URLS, "")
LAST_DAY = 3
_ADDRESS = re.compile(r"(?m)^(ldap_uri|port|old_imap_url|new_imap_url) = .*$")


def build(folder: Path, people: int) -> None:
    """Make everything anew. Raises DemoError or SlapdError with a sentence."""
    instance.begin(folder)
    make_keys(folder)
    say(f"Making a university of {people:,} people ...")
    today = clock.now().astimezone(ZoneInfo(Settings().timezone)).date()
    made = university.build(folder / UNIVERSITY, seed=SEED, size=people, today=today)
    lay_out_exports(folder, made)
    say("Loading its directory ...")
    mail_servers.build(folder, made.newcomers, made.movers)
    newcomers.write(folder / NEWCOMERS, made.newcomers)
    movers.write(folder / MOVERS, made.movers)
    with LocalSlapd.create(folder / DIRECTORY, made.base_dn, made.directory) as server:
        write_settings(folder, made.settings, server)
        prepare(load({"instance": folder}), made, server)
    instance.finish(folder, {"logins": [asdict(login) for login in made.logins]})


def make_keys(folder: Path) -> None:
    """Make the key of the sessions and the one that seals stored secrets."""
    instance.write_secret(folder / SECRET_KEY, secrets.token_urlsafe(48))
    instance.write_secret(folder / SEAL_KEY, base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())


def lay_out_exports(folder: Path, made: university.DemoUniversity) -> None:
    """Put the exports of the last day and the broken ones where a person looks for them."""
    (folder / EXPORTS).mkdir()
    (folder / LOGS).mkdir(mode=0o700)
    for source in SOURCES:
        (folder / INBOX / source).mkdir(parents=True)
        for path in (made.exports[source, LAST_DAY], made.broken[source]):
            shutil.copyfile(path, folder / EXPORTS / f"{source}-{path.name}")


def write_settings(folder: Path, texts: str, server: LocalSlapd) -> None:
    """Write settings.toml, so that every command finds the demo without any environment."""
    lines = [
        "# The demo university; `make run` keeps what you change here, except addresses and port.",
        'ldap_uri = ""',
        "port = 0",
        f'ldap_bind_dn = "{server.service_dn}"',
        f'ldap_bind_password_file = "{server.service_password_file.relative_to(folder)}"',
        f'secret_key_file = "{SECRET_KEY}"',
        f'seal_key_file = "{SEAL_KEY}"',
        mail_servers.settings_text(folder),
        texts,
    ]
    instance.write_secret(folder / instance.SETTINGS, "\n".join(lines))
    write_addresses(folder, server.uri, Settings().port)


def write_addresses(folder: Path, ldap_uri: str, port: int, mail: Mapping[str, str] = NO_MAIL) -> None:
    """Write where directory, desk and mail servers are this time."""
    values = {"ldap_uri": f'"{ldap_uri}"', "port": str(port)} | {name: f'"{url}"' for name, url in mail.items()}
    path = folder / instance.SETTINGS
    text = path.read_text("utf-8")
    instance.write_secret(path, _ADDRESS.sub(lambda found: f"{found[1]} = {values[found[1]]}", text))


def prepare(settings: Settings, made: university.DemoUniversity, server: LocalSlapd) -> None:
    """Make the database, and bring in what the first two days brought. The third is left to the person who tries."""
    with create_app(settings).app_context():
        say("Making the database ...")
        require_empty_database()
        upgrade()
        with on_the_day(made, 1):
            add_desk_users(settings, made)
            bring_in(settings, made, day=1)
        server.change(made.directory_changes.read_text("utf-8"))
        with on_the_day(made, 2):
            bring_in(settings, made, day=2)
        movers.begin(made.movers, settings)
        say("Remembering eighteen months of onboarding ...")
        history_rows.write(settings, server)


def on_the_day(made: university.DemoUniversity, day: int) -> AbstractContextManager[None]:
    """Set the clock of this process to half an hour after HR sent that day's exports."""
    sent = made.exports[SOURCES[0], day].stat().st_mtime
    return clock.begun_at(datetime.fromtimestamp(sent, UTC) + timedelta(minutes=30))


def require_empty_database() -> None:
    """Raise DemoError where DATABASE_URL names a database in use; the one in the instance folder was just deleted."""
    try:
        tables = sa.inspect(db.engine).get_table_names()
    except sa.exc.OperationalError:
        raise instance.DemoError("The database that DATABASE_URL names cannot be reached.") from None
    if tables:
        raise instance.DemoError("The database that DATABASE_URL names is not empty; give the demo an empty one.")


def add_desk_users(settings: Settings, made: university.DemoUniversity) -> None:
    """Give the administrator and the liaison logins of our own; the others log in by their groups in the directory.

    So one login works while the directory is down, and the liaison has sources, which no group could say.
    """
    for login in made.logins:
        if login.role in LOCAL_ROLES:
            staff.add(
                settings, login.uid, role=login.role, password=login.password, actor=ACTOR, sources=SOURCES,
                display_name=login.name,
            )  # fmt: skip


def bring_in(settings: Settings, made: university.DemoUniversity, day: int) -> None:
    """Import the exports of a day and compare them with the directory. Raises DemoError where that does not work."""
    say(f"Importing the HR exports of day {day} and comparing them with the directory ...")
    for source in SOURCES:
        imported = snapshots.import_file(made.exports[source, day], source=source, actor=ACTOR, settings=settings)
        if imported.status != "accepted":
            raise instance.DemoError(f"The {source} export of day {day} is {imported.status}: {imported.gates}")
    run = reconciliation.plan(actor=ACTOR, settings=settings)
    if run.status != PLANNED:
        raise instance.DemoError(f"The run on day {day} is {run.status}: {run.error or run.gates}")
