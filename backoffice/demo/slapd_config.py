"""Texts from which a local OpenLDAP server is built: its cn=config, and the entries every tree needs.

Schema, overlays, access rules and policies are the files of deploy/openldap, so that what an operator is
told to load on a production server is what the demo and the tests run on.
"""

import base64
import hashlib
import re
import secrets
from pathlib import Path

DEPLOY = Path(__file__).resolve().parents[2] / "deploy" / "openldap"
CORE_SCHEMA = Path("/etc/ldap/schema")
CORE_NAMES = ("core", "cosine", "nis", "inetorgperson")
ADMIN_DN = "cn=admin,cn=config"
DATABASE_DN = "olcDatabase={1}mdb,cn=config"
SIZE_LIMIT = 500
PAGE_LIMIT = 10_000
CHANGE_LINE = re.compile(r"(changetype|add|replace): |-$")

GLOBAL = """\
dn: cn=config
objectClass: olcGlobal
cn: config
olcPidFile: run/slapd.pid
olcArgsFile: run/slapd.args
olcThreads: 4
olcIdleTimeout: 0

dn: cn=module{{0}},cn=config
objectClass: olcModuleList
cn: module{{0}}
olcModulePath: /usr/lib/ldap
olcModuleLoad: back_mdb

dn: cn=schema,cn=config
objectClass: olcSchemaConfig
cn: schema

{schema}

dn: olcDatabase={{-1}}frontend,cn=config
objectClass: olcDatabaseConfig
objectClass: olcFrontendConfig
olcDatabase: {{-1}}frontend
olcAccess: {{0}}to dn.base="" by * read
olcAccess: {{1}}to dn.base="cn=subschema" by * read

dn: olcDatabase={{0}}config,cn=config
objectClass: olcDatabaseConfig
olcDatabase: {{0}}config
olcRootDN: {admin}
olcRootPW: {admin_hash}
olcAccess: {{0}}to * by * none

dn: olcDatabase={{1}}mdb,cn=config
objectClass: olcDatabaseConfig
objectClass: olcMdbConfig
olcDatabase: {{1}}mdb
olcDbDirectory: db
olcSuffix: {base}
olcRootDN: {admin}
olcDbMaxSize: {max_size}
"""


def server_config(base_dn: str, service_dn: str, admin_password: str, max_size: int) -> str:
    """Give the cn=config of an empty server: as Debian installs it, and changed as deploy/openldap says.

    `max_size` is the most the database may grow to, in bytes. In LDIF for `slapadd -n 0`.
    """
    core = [(CORE_SCHEMA / f"{name}.ldif").read_text() for name in CORE_NAMES]
    ours = [(DEPLOY / f"{name}.ldif").read_text() for name in ("schac", "eduperson")]
    schema = "\n\n".join(_without_comments(text) for text in core + ours)
    config = GLOBAL.format(
        schema=schema, admin=ADMIN_DN, admin_hash=hashed(admin_password), base=base_dn, max_size=max_size
    )
    entries = {_dn_of(text): text for text in _records(config)}
    for name in ("modules", "overlays", "access"):
        _apply(entries, _records(_filled(name, base_dn, service_dn)))
    return "\n\n".join(entries.values()) + "\n"


def with_frame(data: str, base_dn: str, service_dn: str, service_password: str) -> str:
    """Add to `data` (LDIF) what it lacks of base entry, ou=policies, ou=services and the service account."""
    present = {dn.strip().lower() for dn in re.findall(r"(?im)^dn: (.+)$", data)}
    policy = _filled("policy", base_dn, service_dn).replace("@SERVICE_PASSWORD@", hashed(service_password))
    frame = [_base_entry(base_dn), *_records(policy)]
    missing = [entry for entry in frame if _dn_of(entry) not in present]
    return "\n\n".join([*missing, data.strip()]) + "\n"


def result_limits(service_dn: str, limit: int | None) -> str:
    """Write the change after which no search, paged or not, gives more than `limit` entries; None: as usual."""
    size = SIZE_LIMIT if limit is None else limit
    total = "unlimited" if limit is None else "hard"
    rule = f'{{0}}dn.exact="{service_dn}" size.soft={size} size.hard={size} size.pr={PAGE_LIMIT} size.prtotal={total}'
    return config_change({"olcSizeLimit": str(size), "olcLimits": rule})


def config_change(values: dict[str, str]) -> str:
    """Write the LDIF that replaces these attributes of the people database."""
    lines = [f"replace: {name}\n{name}: {value}\n-" for name, value in values.items()]
    return "\n".join([f"dn: {DATABASE_DN}", "changetype: modify", *lines, ""])


def hashed(password: str) -> str:
    """Hash a long random password with {SSHA512}; those people choose are hashed with argon2 by the application."""
    salt = secrets.token_bytes(16)
    digest = hashlib.sha512(password.encode() + salt).digest()
    return "{SSHA512}" + base64.b64encode(digest + salt).decode()


def _base_entry(base_dn: str) -> str:
    name, value = base_dn.split(",", 1)[0].split("=", 1)
    if name.lower() != "dc":
        return f"dn: {base_dn}\nobjectClass: organization\no: {value}"
    return f"dn: {base_dn}\nobjectClass: dcObject\nobjectClass: organization\no: {value}\ndc: {value}"


def _filled(name: str, base_dn: str, service_dn: str) -> str:
    text = (DEPLOY / f"{name}.ldif").read_text()
    return text.replace("@BASE@", base_dn).replace("@SERVICE@", service_dn).replace("@ACCESSLOG@", "accesslog")


def _apply(entries: dict[str, str], changes: list[str]) -> None:
    # slapmodify cannot add a database, so the changes are written into the entries before slapadd reads them.
    for change in changes:
        kept = "\n".join(line for line in change.split("\n") if not CHANGE_LINE.match(line))
        dn = _dn_of(change)
        if dn in entries:
            kept = entries[dn] + "\n" + kept.split("\n", 1)[1]
        entries[dn] = kept


def _records(text: str) -> list[str]:
    return [record.strip() for record in _without_comments(text).split("\n\n") if record.strip()]


def _without_comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("#")).strip()


def _dn_of(entry: str) -> str:
    return entry.split("\n", 1)[0].removeprefix("dn: ").lower()
