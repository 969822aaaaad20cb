"""The files of a release beside its data: what the data mean, how they were made, how to open them.

Each is written from the dictionary, the manifest or the tables of the draft, and holds no rule of
its own. What the data are belongs in ``candidate``; what the dictionary says, in ``dictionary``.
"""
