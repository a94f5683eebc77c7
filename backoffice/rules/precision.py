"""How far a rule can be trusted that was right so many times. Source: reconciliation.md "Review in groups"."""

import math

DOUBT = 0.05
EARNED = 0.995
SAMPLE = 200
MOST = 100_000
_STEPS = 60


def lower_bound(right: int, wrong: int) -> float:
    """Give the share of right answers that is proved with 95 % confidence (Clopper and Pearson, one-sided).

    200 right and none wrong prove 0.985, 600 prove 0.995; without any answer nothing is proved.
    """
    if right <= 0:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _at_most(wrong, right + wrong, middle) < DOUBT:
            low = middle
        else:
            high = middle
    return low


def has_earned(right: int, wrong: int) -> bool:
    """Say whether a rule may link by itself."""
    return lower_bound(right, wrong) >= EARNED


def may_accept_rest(right: int, wrong: int) -> bool:
    """Say whether what waits of a rule may be accepted whole: a sample without fault, or what lets it link itself."""
    return (right >= SAMPLE and wrong == 0) or has_earned(right, wrong)


def still_needed(right: int, wrong: int) -> int:
    """Give how many more right answers, without another fault, let a rule link by itself; 0 where it may."""
    low, high = right, MOST
    while low < high:
        middle = (low + high) // 2
        if has_earned(middle, wrong):
            high = middle
        else:
            low = middle + 1
    return low - right


def _at_most(wrong: int, tries: int, share: float) -> float:
    """Give the chance of so few wrong answers or fewer, where this share of all answers is right."""
    return sum(_exactly(number, tries, share) for number in range(wrong + 1))


def _exactly(wrong: int, tries: int, share: float) -> float:
    ways = math.lgamma(tries + 1) - math.lgamma(wrong + 1) - math.lgamma(tries - wrong + 1)
    return math.exp(ways + wrong * math.log1p(-share) + (tries - wrong) * math.log(share))
