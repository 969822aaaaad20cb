"""Synthetic extracts in the partners' real layouts: deterministic, any size, made from one story.

The story (who pays whom for what, and which faults are planted) is data in ``data/story.yml``;
how a file looks comes from the partner's contract. Here belong the model of the story
(``story``), the lines (``lines``), the returns (``returns``), the faults (``faults``), what is
written to which file (``generate``) and the renderer (``render``). Nothing here judges a file.
"""

from .generate import generate

__all__ = ["generate"]
