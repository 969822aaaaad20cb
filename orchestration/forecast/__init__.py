"""Whether the target is reached: a simulation over the initiatives, and what it assumes.

Here belongs arithmetic on arrays, with every assumption given; it reads no file and no database.
What is counted belongs in the models, where the tables go in ``assets``.
"""
