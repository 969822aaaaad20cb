"""A contract proposed from files that nobody has seen, with what each decision rests on.

Here belongs what decides from the evidence of cells, headings and names how a body's files are to
be read. Opening and judging a file is ``intake``'s, what a contract may say is ``contracts``'; what
is printed or written is one of two renderings (``as_text``, ``as_yaml``) of one ``Proposal``.
"""
