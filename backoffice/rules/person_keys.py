"""The keys a person of the register is found and sorted by."""

from backoffice.rules.latin import skeleton
from backoffice.rules.sort_key import in_order


def keys_of(first_name: str, last_name: str, full_name: str = "") -> dict[str, str]:
    """Give the columns of models.Person that are made of names, which are folded to N2 already.

    The full name counts where there is only that.
    """
    first_first, last_first = first_name + last_name or full_name, last_name + first_name or full_name
    return {
        "search_key": first_first, "sort_key": in_order(last_first),
        "skeleton": skeleton(first_first), "skeleton_last_first": skeleton(last_first),
    }  # fmt: skip
