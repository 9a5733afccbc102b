"""A VM with a model of random weights, whose engine is asked directly, as a program in the VM would ask it."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import random_model
from .supervisor import Supervisor

PLACE = "/workspace/ask.py"
LIMIT = 240
# Runs in the guest: sends each of the requests that are its arguments, reads to the end of the text, and prints, a line
# of JSON each, when the first piece came, what the engine reported, and the text.
GUEST_PROGRAM = """
import json, socket, struct, sys, time

LAST = (b'{"generated', b'{"failed', b'{"done')

def messages(data):
    place = 0
    while len(data) - place >= 8 and len(data) - place - 8 >= (length := struct.unpack_from("<I", data, place)[0]):
        yield bytes(data[place + 8:place + 8 + length])
        place += 8 + length

def ask(request):
    started = time.monotonic()
    message = request.encode()
    connection.sendall(struct.pack("<II", len(message), 0) + message)
    data, first, last = bytearray(), None, 0
    while True:
        part = connection.recv(1 << 16)
        if not part: sys.exit("the engine hung up")
        first = first or time.monotonic()
        data += part
        # Cheap for each token: the whole is taken apart only when it may be all.
        if any(word in part for word in LAST):
            parts = list(messages(data))
            if parts[-1].startswith(LAST): break
    parts = [json.loads(part) for part in parts]
    end = parts[-1]
    if "failed" in end: sys.exit(json.dumps(end))
    pieces = [part["piece"]["_0"] for part in parts[:-1]]
    report = end.get("generated", {}).get("_0", {})
    print(json.dumps({"first": first - started, "report": report, "text": "".join(pieces)}))

connection = socket.socket(socket.AF_UNIX)
connection.connect("/run/aiu/inference.sock")
for request in sys.argv[1:]: ask(request)
"""


@dataclass(frozen=True)
class Generation:
    """One text: seconds to its first piece, what the engine says of it, and the text."""

    first: float
    report: dict
    text: str

    @property
    def seconds(self) -> float:
        """Of the tokens that were written, without the prompt's."""
        return (self.report["milliseconds"] - self.report["promptMilliseconds"]) / 1000


class GuestEngine:
    """Adds the model, launches the VM with it; as a context, removes both."""

    def __init__(self, supervisor: Supervisor, name: str) -> None:
        self._supervisor = supervisor
        self._name = name
        self._work = tempfile.TemporaryDirectory(prefix="aiu-bench-engine-")
        self.model = Path(self._work.name) / "random.gguf"

    def __enter__(self) -> GuestEngine:
        folder = Path(self._work.name)
        try:
            random_model.write(self.model)
            (folder / "ask.py").write_text(GUEST_PROGRAM)
            # Only this VM is given the model: the others shall be as they are shipped.
            wish = {"custom_parameters": {"models": {"reasoning": self._name}}}
            (folder / "wish.json").write_text(json.dumps(wish))
            self._supervisor.aiu("model", "add", str(self.model), "--name", self._name)
            self._supervisor.aiu("launch", self._name, "--memory", "512MB", "--config", str(folder / "wish.json"))
            self._supervisor.aiu("cp", str(folder / "ask.py"), f"{self._name}:{PLACE}")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for command in (["delete", "--force", "--purge", self._name], ["model", "rm", self._name]):
            try:
                self._supervisor.aiu(*command)
            except RuntimeError:
                continue  # it was never made
        self._work.cleanup()

    def write(self, *requests: dict) -> list[Generation]:
        """Lets the model write, one text after the other, on one connection."""
        asked = [json.dumps({"generate": {"_0": request}}) for request in requests]
        output = self._supervisor.aiu("exec", self._name, "--", "python3", PLACE, *asked, timeout=LIMIT)
        return [Generation(**json.loads(line)) for line in output.splitlines()]


def request(tokens: int, text: str = "", turns: list[tuple[str, str]] | None = None, **more: object) -> dict:
    """The likeliest token each time."""
    told = [{"role": role, "text": said} for role, said in turns or []]
    return {"turns": told, "text": text, "maxTokens": tokens, "temperature": 0, "topK": 0, "topP": 1, "seed": 1,
            "stops": [], **more}
