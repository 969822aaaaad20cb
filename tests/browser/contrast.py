"""The contrast of words with what is behind them, by the formula of WCAG 2.2."""

from __future__ import annotations

import re
from typing import Any

Colour = tuple[float, ...]
WHITE: Colour = (255.0, 255.0, 255.0)


def contrast(word: dict[str, Any]) -> float:
    """The contrast of a word with the shapes behind it, on white, by WCAG's formula."""
    ground = WHITE
    for shape in reversed(word["behind"]):
        ground = mixed(shape, ground)
    lights = sorted([light(mixed(word["own"], ground)), light(ground)])
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def mixed(shape: tuple[str, float], ground: Colour) -> Colour:
    """The colour of a shape, as it is seen on a ground."""
    fill, opacity = shape
    if fill == "none":
        return ground
    *colour, alpha = [*(float(n) for n in re.findall(r"[\d.]+", fill)), 1.0][:4]
    share = alpha * opacity
    return tuple(c * share + g * (1 - share) for c, g in zip(colour, ground, strict=True))


def light(colour: Colour) -> float:
    """The relative luminance of a colour."""
    parts = [c / 255 for c in colour]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
