"""A web server on this machine that takes messages, refuses them, or answers too late."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Service(ThreadingHTTPServer):
    """What was received, and how to answer: a status, after so many seconds."""

    def __init__(self, status: int, seconds: float) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received: list[dict[str, Any]] = []
        self.status, self.seconds = status, seconds

    @property
    def url(self) -> str:
        """Its address as apprise writes it, with short limits of time."""
        return f"json://user:s3cret@127.0.0.1:{self.server_port}/?cto=2&rto=1"


class _Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append(json.loads(body))
        time.sleep(self.server.seconds)
        try:
            self.send_response(self.server.status)
            self.end_headers()
        except OSError:  # who asked has given up
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def service(status: int = 200, seconds: float = 0.0) -> Iterator[Service]:
    """Run the server in a thread while the test lasts."""
    with Service(status, seconds) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
