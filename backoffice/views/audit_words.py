"""The acts of the trail in words; the code stands beside them. A new act adds its line here."""

from backoffice.i18n import N_, _

ACTS = {
    "cases:case:decided": N_("A case was decided"),
    "cases:case:needs_info": N_("A case waits for more information"),
    "cases:case:released": N_("A case was let go"),
    "cases:case:reopened": N_("A case was opened again"),
    "cases:case:taken": N_("A case was taken"),
    "cases:case:waiting_hr": N_("A case waits for HR"),
    "cases:list:followed": N_("Cases were brought up to a run"),
    "directory:disabling:tried": N_("It was tried whether a disabled account can still log in"),
    "directory:entry:disabled": N_("An account was disabled in the directory"),
    "directory:entry:enabled": N_("An account was enabled in the directory"),
    "directory:entry:key_changed": N_("The key of an account was changed in the directory"),
    "directory:entry:restored": N_("A change in the directory was undone"),
    "directory:entry:updated": N_("An account was updated in the directory"),
    "directory:size:accepted": N_("A smaller directory was accepted"),
    "hr:colleague:announced": N_("A new colleague was announced"),
    "hr:colleague:arrived": N_("HR's file now has an announced colleague"),
    "hr:colleague:taken_back": N_("The announcement of a new colleague was taken back"),
    "hr:columns:remembered": N_("Column names were remembered"),
    "hr:snapshot:accepted": N_("An HR file was accepted"),
    "hr:snapshot:accepted_first": N_("An HR file was accepted by the first person"),
    "hr:snapshot:confirmed": N_("An HR file came again unchanged"),
    "hr:snapshot:held": N_("An HR file was held"),
    "hr:snapshot:purged": N_("The content of old HR files was deleted"),
    "jobs:job:requested": N_("A job was requested"),
    "jobs:job:run": N_("A job was run"),
    "person:code:unmasked": N_("A national code was shown in full"),
    "reconcile:inverse:exported": N_("The inverse of a run was downloaded as LDIF"),
    "reconcile:rows:released": N_("Held rows of a run were released"),
    "reconcile:rows:released_first": N_("Held rows of a run were released by the first of two people"),
    "reconcile:run:applied": N_("Changes of a run were applied"),
    "reconcile:run:failed": N_("A run failed"),
    "reconcile:run:held": N_("A run was stopped by a gate"),
    "reconcile:run:planned": N_("A run made a plan"),
    "reconcile:run:undone": N_("Changes of a run were undone"),
    "staff:account:added": N_("A desk user was added"),
    "staff:account:changed": N_("Role or sources of a desk user were changed"),
    "staff:account:disabled": N_("The login of a desk user was disabled"),
    "staff:account:enabled": N_("The login of a desk user was enabled"),
    "staff:login:accepted": N_("Login"),
    "staff:password:changed": N_("The own password was changed"),
    "staff:password:set": N_("The password of a desk user was set"),
    "staff:role:taken": N_("A role was taken from a group of the directory"),
    "staff:totp:enrolled": N_("A second factor was set up"),
    "staff:totp:reset": N_("The second factor of a desk user was taken away"),
    "threeway:check:done": N_("The directory was compared with our own copy"),
    "hr:question:asked": N_("HR was asked whether a person left"),
    "hr:question:answered": N_("HR answered whether a person left"),
    "trust:level:set": N_("A trust level was set"),
}


def act_title(action: str) -> str:
    """Give an act in the language of the page; the code itself where there are no words yet."""
    return _(ACTS[action]) if action in ACTS else action
