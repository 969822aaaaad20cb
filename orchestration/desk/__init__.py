"""The steward's desk: a browser application for whoever sends files and has no terminal.

Here belong sign-in, forms, and the rooms in which a file waits between being checked and submitted.
No rule about a file belongs here: the desk calls what the verbs call, and shows what ``steward``
shows.
"""
