"""What lies in landing and is no delivery: half an upload, and what programs leave beside files."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Names that browsers, WinSCP, rsync, FTP servers and download managers give a file until the whole
# of it is there.
_HALF = re.compile(
    r"\.(filepart|part|partial|crdownload|opdownload|download|aria2|!ut|!qb|bc!|"
    r"tmp|temp|ftp_tmp|upload|uploading|in_progress|writing|swp|swo)(\.\d+)?\Z",
    re.IGNORECASE,
)
_OPEN = re.compile(r"(~\$|\.~lock\.).*", re.IGNORECASE | re.DOTALL)
_SPARE = re.compile(r".*(~|\.bak|\.lnk)\Z", re.IGNORECASE | re.DOTALL)
_SYSTEM = re.compile(
    r"(thumbs\.db(:encryptable)?|ehthumbs(_vista)?\.db|desktop\.ini|\.ds_store|\._.*|\.directory|"
    r"icon\r|__macosx|\$recycle\.bin|system volume information|@eadir|lost\+found|"
    r"\.trash.*|\.spotlight-v100|\.fseventsd)\Z",
    re.IGNORECASE | re.DOTALL,
)
# What `totalplace submit` writes before it gives the file its name.
OWN = ".submit-"

UPLOAD = "an upload that has not ended; it is taken when it has its own name"
_HIDDEN = "hidden, as an upload under way is"


def why_left_alone(parts: Sequence[str]) -> tuple[int, str] | None:
    """The part of a path in landing that says that no delivery lies there, by its place, and what
    that is; ``None`` for a delivery."""
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        if why := _kind(part, last=last):
            return number, why
    return None


def _kind(name: str, *, last: bool) -> str | None:
    if _SYSTEM.match(name):
        return "left there by Windows, macOS or a file server"
    if last and _OPEN.match(name):
        return "a mark that somebody has the file open, and no data"
    if last and (name.startswith("~") or _SPARE.match(name)):
        return "a spare copy or a link that a program left"
    if _HALF.search(name):  # also a folder: Safari keeps half a download in one
        return UPLOAD
    return _HIDDEN if name.startswith(".") else None


def is_upload(name: str) -> bool:
    """Whether a file of this name may be an upload under way."""
    return _kind(name, last=True) in (UPLOAD, _HIDDEN)
