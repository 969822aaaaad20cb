"""Whole pence only: how a sum is shared out, what two sides agree on, and how halves round."""

from __future__ import annotations


def shared_out(total: int, weights: list[int]) -> list[int]:
    """``total`` (0 or more) in proportion to the weights, by largest remainder (rule 7).

    The parts are whole pence and add up to the total; of two equal remainders the earlier gains.
    """
    whole = sum(weights)
    if not whole:
        return [0 for _ in weights]
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


def both(one: int, other: int) -> int:
    """What two sides agree on (rule 2): never more than either says, nothing if signs differ."""
    if one > 0 and other > 0:
        return min(one, other)
    if one < 0 and other < 0:
        return max(one, other)
    return 0


def rounded(amount: int, times: int, over: int) -> int:
    """``amount * times / over`` to the penny, a half away from zero."""
    size = (2 * abs(amount) * times + over) // (2 * over)
    return -size if amount < 0 else size
