"""Whether the directory enforces the end of an account, found by reading alone; with what is missing as LDIF.

slapd knows ``pwdEndTime`` once the overlay ppolicy is loaded, and ignores it as long as no policy applies to an entry.
Source: contract.md "Details" (expiry is enforced by pwdEndTime) and ``flask check``.
"""

from collections.abc import Iterator

from backoffice.i18n import N_
from backoffice.ports.directory import Directory
from backoffice.rules.account_entry import END
from backoffice.services.account_creation import NOT_ENFORCED
from backoffice.services.fault import Fault
from backoffice.settings import Settings

NO_POLICY = N_("The directory has no password policy that this account can see, so pwdEndTime ends no account.")
_POLICIES = "(objectClass=pwdPolicy)"
_OVERLAY = """\
dn: cn=module{{0}},cn=config
changetype: modify
add: olcModuleLoad
olcModuleLoad: ppolicy

dn: olcOverlay=ppolicy,olcDatabase={{1}}mdb,cn=config
changetype: add
objectClass: olcOverlayConfig
objectClass: olcPPolicyConfig
olcOverlay: ppolicy
olcPPolicyDefault: cn=default,ou=policies,{base}

"""
_POLICY = """\
dn: ou=policies,{base}
changetype: add
objectClass: organizationalUnit
ou: policies

dn: cn=default,ou=policies,{base}
changetype: add
objectClass: pwdPolicy
objectClass: device
cn: default
pwdAttribute: userPassword
pwdMaxFailure: 100
pwdLockout: TRUE
pwdLockoutDuration: 900
pwdFailureCountInterval: 900"""
_DEFAULT = """

dn: olcOverlay={{0}}ppolicy,olcDatabase={{1}}mdb,cn=config
changetype: modify
replace: olcPPolicyDefault
olcPPolicyDefault: cn=default,ou=policies,{base}"""


def end_faults(directory: Directory, settings: Settings) -> Iterator[Fault]:
    """Give the fault that lets accounts outlive their end. Where nothing is made (mode observe) none is looked for."""
    known = directory.known_attributes()
    if settings.policy.mode == "observe" or not known:
        return
    if END.lower() not in known:
        yield Fault(NOT_ENFORCED, (_OVERLAY + _POLICY).format(base=settings.ldap_base_dn))
    elif not directory.matching(_POLICIES, settings.ldap_base_dn):
        yield Fault(NO_POLICY, (_POLICY + _DEFAULT).format(base=settings.ldap_base_dn))
