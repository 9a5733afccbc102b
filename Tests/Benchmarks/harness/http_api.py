"""The supervisor's HTTP interface over its Unix socket, on one kept connection."""

from __future__ import annotations

import http.client
import json
import socket


class SocketConnection(http.client.HTTPConnection):
    """HTTP whose host is a path."""

    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class API:
    """Requests and their decoded answers; an answer that refuses is an exception."""

    def __init__(self, path: str, timeout: float = 120) -> None:
        self._connection = SocketConnection(path, timeout)

    def __call__(self, method: str, path: str, body: object = None) -> object:
        text = None if body is None else json.dumps(body)
        headers = {} if body is None else {"Content-Type": "application/json"}
        self._connection.request(method, path, text, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path} was refused ({answer.status}): {content.decode(errors='replace')}")
        return json.loads(content) if content else None

    def close(self) -> None:
        self._connection.close()
