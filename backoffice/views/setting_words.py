"""What each setting means, in one sentence; and how values are shown. A new setting adds its line here."""

from collections.abc import Sequence

from backoffice.i18n import N_, _
from backoffice.services import settings_in_force as force
from backoffice.services.settings_in_force import Line
from backoffice.views import formats, labels

_MEANINGS: dict[str, str] = {
    "policy.mode": N_("observe: nothing outside this desk is changed and no message leaves; act: it works."),
    "policy.unlisted_mobile": N_("What it means when the table of mobile owners does not have a number."),
    "policy.temporary_months": N_("For how many Jalali months a temporary account is valid."),
    "policy.identity_per_address_hour": N_("How many identities may be tried in an hour from one network address."),
    "policy.identity_per_code_day": N_("How many times a day one national code may be tried."),
    "policy.codes_per_person_day": N_("How many one-time codes a person gets in a day."),
    "policy.codes_per_mobile_day": N_("How many one-time codes a mobile gets in a day."),
    "policy.codes_per_address_hour": N_(
        "How many one-time codes may be asked for in an hour from one network address."
    ),
    "policy.resend_seconds": N_("Seconds until another code can be asked for."),
    "policy.code_life_seconds": N_("For how many seconds a code is valid."),
    "policy.code_tries": N_("How often a code may be typed wrongly."),
    "policy.password_min": N_("The shortest password, where a code by SMS is asked for too."),
    "policy.second_factor": N_("Whether the profile asks for a code by SMS after the password."),
    "policy.reminder_days": N_(
        "On which days before the end of a temporary account its holder is reminded; negative days come after it."
    ),
    "policy.quiet_from": N_("From this hour on nobody gets an SMS."),
    "policy.quiet_to": N_("From this hour on SMS leave again."),
    "policy.grace_days": N_("For how many days after the end somebody may still come in with a one-time code."),
    "policy.extension_days": N_("By how many days an account can be extended at most, twice in all."),
    "policy.auto_approve": N_("Whether requests that nothing stands against are approved by themselves."),
    "policy.nightly_sync": N_("Whether staff are compared with HR's newest file each night, without their doing."),
    "policy.on_leave": N_("What becomes of accounts of people on unpaid leave."),
    "policy.holidays": N_("Holidays to begin with; the desk adds and strikes out."),
    "policy.leaver": N_("Days between the end of employment and disabling, by kind of person and status."),
    "policy.totp_roles": N_("Roles that have to log in with a second factor."),
    "trust.update": N_("How far corrections of details are trusted to begin with."),
    "trust.enable": N_("How far enabling is trusted to begin with."),
    "trust.disable": N_("How far disabling is trusted to begin with."),
    "jobs.import_seconds": N_("How often the watched folder is looked at, in seconds."),
    "jobs.reconcile_at": N_("When the nightly run begins."),
    "jobs.housekeeping_at": N_("When old things are deleted."),
    "jobs.synchronise_at": N_("When staff are compared with HR's newest file."),
    "jobs.threeway_at": N_("When register, directory and operations are compared."),
    "hr.source.title": N_("What the source is called."),
    "hr.source.key": N_("What its rows are told apart by."),
    "hr.source.rows": N_("Whether its file has everybody or the active ones only."),
    "hr.source.covers": N_("The part of the directory the source answers for."),
    "hr.source.stale_after_days": N_("After so many days without a new file nobody is disabled on its account."),
    "hr.source.columns": N_("Names of its columns besides those we know."),
    "hr.source.dates": N_("Which calendar its dates are written in."),
    "hr.source.status": N_("Its status words besides those we know."),
    "hr.source.trust": N_("How far changes of this source are trusted to begin with."),
    "hr.source.liaison_mail": N_("The address that is told when HR is asked something."),
    "ldap.person_filter": N_("Which entries are people."),
    "ldap.protected": N_("Entries that no run ever touches, with what is below them."),
    "ldap.match_keys": N_("Attributes that may identify a person besides the national code."),
    "ldap.password_scheme": N_("How passwords are hashed."),
    "ldap.temp_strategy": N_("Whether temporary entries have a branch of their own."),
    "ldap.template": N_("What new entries get besides our fields."),
    "ldap.groups": N_("Groups that permanent accounts join, by kind of person."),
    "ldap.role_groups": N_("Groups whose members log in at the desk, by role."),
    "ldap.formats.national_code": N_("How the national code is written in the directory."),
    "instance": N_("The folder with keys and files."),
    "port": N_("Where the desk listens."),
    "database_url": N_("The database."),
    "secret_key": N_("The key of sessions."),
    "seal_key": N_("The key with which secrets are sealed."),
    "base_url": N_("Where the desk is reached from outside."),
    "trusted_hosts": N_("Names under which the desk answers."),
    "proxy_count": N_("How many servers stand in front of us."),
    "ldap_uri": N_("The directory server."),
    "ldap_bind_dn": N_("Who we are at the directory."),
    "ldap_bind_password": N_("Our password at the directory."),
    "ldap_base_dn": N_("The root of the directory."),
    "ldap_profile": N_("The kind of directory server."),
    "ldap_ca_file": N_("Certificates that the directory is checked against."),
    "ldap_start_tls": N_("Whether an unencrypted connection is turned into an encrypted one."),
    "hr_inbox": N_("The watched folder for HR files."),
    "sms_provider": N_("How SMS leave."),
    "sms_url": N_("The address of the SMS gateway."),
    "sms_api_key": N_("Our key at the SMS gateway."),
    "mobile_owner_provider": N_("Who knows the owners of mobile numbers."),
    "mobile_owner_url": N_("The address of the service that knows them."),
    "mobile_owner_api_key": N_("Our key there."),
    "civil_registry_provider": N_("Who answers for the civil registry."),
    "civil_registry_url": N_("The address of the civil registry."),
    "civil_registry_api_key": N_("Our key at the civil registry."),
    "intake_token": N_("The token of another registration site."),
    "metrics_token": N_("The token with which monitoring reads /metrics from elsewhere."),
    "mailbox_provider": N_("How new mailboxes are made."),
    "smtp_url": N_("The mail server that takes our mail."),
    "mailbox_doveadm": N_("The tool that makes mailboxes at Dovecot; its arguments are not shown."),
    "mailbox_command": N_("The program that makes mailboxes; its arguments are not shown."),
    "mailbox_seconds": N_("For how many seconds the making of a mailbox may take."),
    "old_imap_ca_file": N_("Certificates that the old mail server is checked against."),
    "new_imap_ca_file": N_("Certificates that the new mail server is checked against."),
    "mail_from": N_("The sender of our mail."),
    "old_imap_url": N_("The old mail server."),
    "old_imap_master_user": N_("Who we are at the old mail server."),
    "old_imap_master_password": N_("Our password at the old mail server."),
    "old_imap_master_format": N_("How the old mail server takes a master user."),
    "new_imap_url": N_("The new mail server."),
    "new_imap_master_user": N_("Who we are at the new mail server."),
    "new_imap_master_password": N_("Our password at the new mail server."),
    "new_imap_master_format": N_("How the new mail server takes a master user."),
    "embed_origins": N_("Portals that may show the request page in a frame."),
    "dask_scheduler": N_("The cluster for heavy work."),
    "university_domains": N_("The university's own mail domains; no recovery e-mail may be in them."),
    "language": N_("The language where nobody has chosen one."),
    "timezone": N_("The time zone of days and hours."),
    "clock_file": N_("A file that shifts the clock; for trials only."),
    "support.phone": N_("The full number that people call."),
    "support.extension": N_("The extension."),
    "support.desk_url": N_("The address of the web desk."),
    "support.webmail_url": N_("Where people read their university mail."),
    "support.wifi_url": N_("How people join the wireless network."),
    "mail_move.parallel": N_("How many mailboxes move at once."),
    "mail_move.turn_seconds": N_("After so many seconds another mailbox has its turn."),
    "mail_move.window": N_("The hours in which mail moves, such as 22-06; empty for always."),
    "mail_move.delivery": N_(
        "switched: new mail goes to the new server once the account is permanent; by_hand: the desk says so for each."
    ),
    "mail_move.settle_seconds": N_("How long the new server may take to store what arrived before a connection broke."),
    "mail_move.largest_mb": N_("A message larger than so many megabytes is not moved."),
    "mail_move.read_back": N_("Of so many percent of the messages the content is compared again at the new server."),
    "mail_move.batch_messages": N_("How many messages are stored with one command at most."),
    "mail_move.batch_kb": N_("How many kilobytes are stored with one command at most."),
    "mail_move.old_bytes_per_second": N_("How many bytes a second are read from the old server; 0 for any speed."),
    "mail_move.new_bytes_per_second": N_("How many bytes a second are sent to the new server; 0 for any speed."),
    "mail_move.first_command": N_("The program that copies a mailbox first, if any; its arguments are not shown."),
    "mail_move.first_seconds": N_("For how many seconds that program may copy one mailbox."),
    "sms.sender": N_("The line SMS come from."),
    "sms.accepted": N_("Where in its answer the gateway says that it took the message."),
    "sms.accepted_values": N_("Which words there mean yes."),
    "sms.id": N_("Where in its answer the number of the message is."),
    "directory.name": N_("What the second directory is called."),
    "directory.role": N_("What it is for: watched is read and compared, never written."),
    "directory.profile": N_("Its kind of server."),
    "directory.uri": N_("Its server."),
    "directory.bind_dn": N_("Who we are there."),
    "directory.bind_password_file": N_("The file with our password there."),
    "directory.base_dn": N_("Its root."),
    "directory.ca_file": N_("Certificates that it is checked against."),
    "directory.person_filter": N_("Which of its entries are people."),
    "hr.columns": N_("Names of columns in every source, besides those we know."),
    "hr.status": N_("Status words in every source, besides those we know."),
    "hr.source": N_("The HR offices; without any there is one source, hr."),
    "directory": N_("A second directory, read and compared only."),
}
# The last part of a name, for tables of services that are asked by HTTP.
_OF_SERVICES: dict[str, str] = {
    "format": N_("How the service is asked."),
    "names": N_("What the service calls our fields."),
    "fixed": N_("What else the service wants; the values are not shown."),
    "key_header": N_("In which header the key is sent."),
    "key_format": N_("How the key is written there."),
    "answer": N_("Where in its answer the result is."),
    "words": N_("What its words mean."),
}
_MINIMUM = N_("Below this number nothing of this kind is held.")
_SHARE = N_("Above this share of the accounts, and above the minimum, everything of this kind is held.")
_BRANCH = N_("Where this branch is, below the base.")
_ATTRIBUTE = N_("The attribute that holds «%(field)s»; empty leaves it out.")
_KINDS = {
    "create": N_("Make accounts"), "promote": N_("Make accounts permanent"), "cases": N_("Cases"),
    "rows_fewer": N_("Fewer rows than before"), "rows_more": N_("More rows than before"),
    "cells": N_("Cells that changed"), "quarantine": N_("Rows set aside"),
}  # fmt: skip
_GROUPS = {
    force.POLICY: N_("Policy"), force.TRUST: N_("Trust"), force.LIMITS: N_("Limits"), force.SOURCES: N_("HR sources"),
    force.DIRECTORY: N_("Directory"), force.SERVICES: N_("Services outside"), force.SITE: N_("Site and jobs"),
}  # fmt: skip
_ORIGINS = {
    force.DEFAULT: N_("default"), force.FILE: N_("settings.toml"), force.ENVIRONMENT: N_("environment"),
}  # fmt: skip


def group_title(group: str) -> str:
    """Give the name of a group."""
    return str(_(_GROUPS[group]))


def origin_title(origin: str) -> str:
    """Say where a value comes from."""
    return str(_(_ORIGINS[origin]))


def meaning(line: Line) -> str:
    """Say in one sentence what a setting decides, "" for one without words."""
    above, _dot, last = line.kind.rpartition(".")
    if above == "limits":
        return _of_limit(last)
    if above == "ldap.attributes":
        return str(_(_ATTRIBUTE, field=labels.field_title(last)))
    if above == "ldap.layout":
        return str(_(_BRANCH))
    found = _MEANINGS.get(line.kind) or _MEANINGS.get(above) or _OF_SERVICES.get(last)
    return str(_(found)) if found else ""


def value(line: Line) -> str | Sequence[str]:
    """Give a value as it is shown: yes or no, a number in the digits of the page, a list, or text."""
    if isinstance(line.value, bool):
        return str(_("yes") if line.value else _("no"))
    if isinstance(line.value, int):
        return formats.digits(line.value)
    if isinstance(line.value, float):
        return f"{formats.digits(f'{line.value * 100:g}')}{'٪' if _is_persian() else '%'}"
    return line.value or ""


def is_code(line: Line) -> bool:
    """Say whether a value is typed or copied, and so runs from left to right."""
    return isinstance(line.value, str)


def _of_limit(name: str) -> str:
    kind, _bar, part = name.rpartition("_")
    title = _(_KINDS[kind]) if kind in _KINDS else labels.kind_title(kind)
    return f"{title}: {_(_MINIMUM) if part == 'min' else _(_SHARE)}"


def _is_persian() -> bool:
    return formats.digits(1) != "1"
