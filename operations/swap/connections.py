"""Connections to a store that are kept open: each request beyond them makes one anew, with a handshake."""

import requests
from requests.adapters import HTTPAdapter

__all__ = ["KEPT", "keeping"]

KEPT = 64
"""Of themselves the clients keep ten, and a comparison uses twice as many as it has workers (record_comparison.py).
https://github.com/Azure/azure-sdk-for-python/issues/12102"""


def keeping(session: requests.Session) -> requests.Session:
    """The session, which keeps so many from now on; a way of its own (mutual TLS) stays as it is."""
    for scheme, way in list(session.adapters.items()):
        if type(way) is HTTPAdapter:
            session.mount(scheme, HTTPAdapter(pool_maxsize=KEPT))
    return session
