"""The desk on a port, until it is stopped."""

from __future__ import annotations

import uvicorn

from ..settings import Settings
from .app import application
from .core import Desk


def serve(settings: Settings, host: str, port: int, proxy: str | None) -> None:
    """Serves the desk of a home. ``proxy`` is the address of the proxy before it, whose word on
    https and on the visitor's address is taken; without one nobody's is."""
    uvicorn.run(
        application(Desk(settings, secure=proxy is not None)),
        host=host,
        port=port,
        proxy_headers=proxy is not None,
        forwarded_allow_ips=proxy,
        server_header=False,
        access_log=False,
        log_level="warning",
        limit_concurrency=100,
        timeout_graceful_shutdown=60,
    )
