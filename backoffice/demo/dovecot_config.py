"""Texts a local Dovecot server is built from: its configuration, its lists of users, and a certificate.

For Dovecot 2.3, as Debian 12 and Ubuntu 24.04 have it.
"""

import datetime as dt
from dataclasses import dataclass, field

from backoffice import clock
from backoffice.demo.slapd_config import hashed

MASTER = "master"
NAME = "localhost"  # what the certificate names
SPECIAL = ("Drafts", "Sent", "Trash")

# `default_internal_user` and the rest are the one user everything runs as, so that no root is needed. Failures of one
# address are not slowed down: all tests come from one.
_CONFIG = """\
base_dir = {run}
state_dir = {run}
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
{tls}
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{root}/mail/%u
mail_home = {root}/mail/%u
mail_uid = {user}
mail_gid = {group}
mail_max_userip_connections = 100
auth_mechanisms = plain login
auth_username_format = %Ln
auth_master_user_separator = *
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = {root}/masters
  master = yes
  result_success = continue
}}
passdb {{
  driver = passwd-file
  args = {root}/users
}}
userdb {{
  driver = passwd-file
  args = {root}/users
  default_fields = uid={user} gid={group}
}}
{people}
mail_fsync = never
mail_plugins = quota
plugin {{
  quota = count:User quota
  quota_vsizes = yes
}}
namespace inbox {{
  inbox = yes
  separator = {separator}
{special}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""
# Who is in the directory has a mailbox, and opens it with the password of the directory; a quota of one of them is in
# the list of users, which is asked first.
_PEOPLE = """\
passdb {{
  driver = ldap
  args = {root}/people.conf
}}
userdb {{
  driver = ldap
  args = {root}/people.conf
  default_fields = uid={user} gid={group}
}}"""
_DIRECTORY = """\
uris = {uri}
dn = {dn}
dnpass = "{password}"
auth_bind = yes
base = {base}
scope = onelevel
user_attrs =
user_filter = (uid=%n)
pass_attrs = uid=user
pass_filter = (uid=%n)
"""
_SPECIAL = """\
  mailbox {name} {{
    special_use = \\{name}
    auto = subscribe
  }}"""
_TLS = "ssl = yes\nssl_cert = <{root}/certificate.pem\nssl_key = <{root}/certificate.key"


@dataclass(frozen=True)
class Place:
    """Where one server runs and as whom. ``root``: its folder; ``run``: its sockets; ``tls_port`` 0: none."""

    root: str
    run: str
    user: str
    group: str
    port: int
    tls_port: int
    separator: str
    knows_people: bool


@dataclass(frozen=True)
class People:
    """Where the users of a mail server are kept: the branch ``base`` of a directory, read as ``dn``."""

    uri: str
    base: str
    dn: str
    password: str = field(repr=False)


def server_config(place: Place) -> str:
    """Give the whole configuration."""
    special = "\n".join(_SPECIAL.format(name=name) for name in SPECIAL)
    tls = _TLS.format(root=place.root) if place.tls_port else "ssl = no"
    people = _PEOPLE.format(**vars(place)) if place.knows_people else ""
    return _CONFIG.format(**vars(place), special=special, tls=tls, people=people)


def directory_config(people: People) -> str:
    """Give what the server has to know about the directory of its users."""
    return _DIRECTORY.format(**vars(people))


def user_line(name: str, password: str) -> str:
    """Give the line of a user in a passwd-file; only a hash of the password is in it."""
    return f"{name}:{hashed(password)}::::::"


def certificate() -> tuple[str, str]:
    """Give a certificate for this machine that nobody but itself has signed, and its key, both as PEM."""
    # Only tests ask for it.
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    own, now = ec.generate_private_key(ec.SECP256R1()), clock.now()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    signed = (
        x509.CertificateBuilder(name, name, own.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(own, hashes.SHA256())
    )
    plain, form = serialization.NoEncryption(), serialization.Encoding.PEM
    key = own.private_bytes(form, serialization.PrivateFormat.PKCS8, plain)
    return signed.public_bytes(form).decode(), key.decode()
