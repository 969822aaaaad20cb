"""Takes a process's right to open files, all but one, where the kernel has Landlock (Linux 5.13).

What is open stays open, and nothing that is imported later is found: so this comes last.
"""

from __future__ import annotations

import ctypes
import os
import struct
from pathlib import Path

# Numbers of the kernel's interface, the same on every processor that Linux has gained since 2011.
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_ASK_VERSION, _BELOW_PATH, _NO_NEW_PRIVILEGES = 1, 1, 38
_READ_FILE = 1 << 2
# The rights on files that each version of Landlock knows: 13, then REFER, then TRUNCATE.
_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1}
_ALL_RIGHTS = (1 << 15) - 1


def restrict_to_file(path: Path) -> bool:
    """From now on this process can open no file but ``path``, and that for reading alone.

    ``False``, and nothing has changed, where the kernel does not offer it. Threads that were
    started before keep their rights.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE, None, 0, _ASK_VERSION)
    if version < 1:
        return False
    handled = struct.pack("Q", _RIGHTS.get(version, _ALL_RIGHTS))
    rules = libc.syscall(_CREATE, handled, len(handled), 0)
    if rules < 0:
        return False
    opened = os.open(path, os.O_PATH)
    try:
        rule = struct.pack("=Qi", _READ_FILE, opened)
        return bool(
            libc.syscall(_ADD, rules, _BELOW_PATH, rule, 0) == 0
            and libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0
            and libc.syscall(_RESTRICT, rules, 0) == 0
        )
    finally:
        os.close(opened)
        os.close(rules)


def works() -> bool:
    """Whether ``restrict_to_file`` keeps what it promises, tried in a process of its own."""
    pid = os.fork()
    if not pid:
        held = False
        try:
            held = restrict_to_file(Path(os.devnull))
            Path(__file__).open().close()
            held = False
        except PermissionError:
            pass
        finally:
            os._exit(0 if held else 1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
