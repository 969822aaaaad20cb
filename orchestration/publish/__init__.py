"""Publishing: build a candidate, audit the very bytes, swap one pointer.

Nothing here knows Dagster or Great Expectations; what they find comes in as plain results.
"""

from .audit import AuditFinding, audit, refusals
from .candidate import Candidate, build_candidate, discard
from .manifest import Manifest, ReleaseInputs, SubmissionInForce
from .release import (
    PublishOutcome,
    Release,
    ReleaseInfo,
    list_releases,
    publish,
    publish_release,
    sweep,
)
from .steer import rollback, unpin
from .store import ReleaseError, current_release

__all__ = [
    "AuditFinding",
    "Candidate",
    "Manifest",
    "PublishOutcome",
    "Release",
    "ReleaseError",
    "ReleaseInfo",
    "ReleaseInputs",
    "SubmissionInForce",
    "audit",
    "build_candidate",
    "current_release",
    "discard",
    "list_releases",
    "publish",
    "publish_release",
    "refusals",
    "rollback",
    "sweep",
    "unpin",
]
