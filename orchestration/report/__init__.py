"""The Board's report: a folder of pages made from the published tables of one release.

It reads a release folder and nothing else, and holds no rule: which figure may be stated, what a
year lacks and why a figure is missing stand in the tables. What adds figures up belongs in dbt.
"""

from .site import write_report

__all__ = ["write_report"]
