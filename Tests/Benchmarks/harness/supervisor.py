"""A supervisor of the benchmarks' own, with its own state directory, gone without a trace afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from .http_api import API
from .processes import processes_naming


class Supervisor:
    """Runs `aiu` against a temporary state directory; as a context, it cleans up."""

    def __init__(self, programs: Path, image: Path, checkout: Path) -> None:
        self.state = Path(tempfile.mkdtemp(prefix="aiu-bench-"))
        self._program = str(programs / "aiu")
        self._environment = os.environ | {"AIU_STATE": str(self.state)}
        installer = [str(checkout / "scripts/install-image"), str(image), str(self.state)]
        subprocess.run(installer, check=True, stdout=subprocess.DEVNULL)

    def __enter__(self) -> Supervisor:
        try:
            self.aiu("system", "start")
            # The first VM pays for the probe of the accelerator and for the disk stamp; no measurement shall.
            self.aiu("launch", "first")
            self.accelerator = self.view("first")["accelerator"]["kind"]
            self.delete("first")
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._remove()

    def aiu(self, *arguments: str, output: int = subprocess.PIPE, timeout: float = 300) -> str:
        """Runs `aiu`; what it refuses is an exception that shows its words."""
        process = subprocess.run(
            [self._program, *arguments], env=self._environment, stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.PIPE, text=True, timeout=timeout)
        if process.returncode != 0:
            raise RuntimeError(f"aiu {' '.join(arguments)} failed ({process.returncode}): {process.stderr.strip()}")
        return process.stdout or ""

    def view(self, name: str) -> dict:
        return self.api()("GET", f"/v1/vms/{name}")

    def names(self) -> list[str]:
        return self.aiu("ls", "--quiet").split()

    def delete(self, *names: str) -> None:
        if names:
            self.aiu("delete", "--force", *names)

    def api(self) -> API:
        return API(str(self.state / "run/aiud.sock"))

    @property
    def process(self) -> int:
        return self.api()("GET", "/v1/system")["processID"]

    def back_end(self, name: str) -> int:
        """The process that is this VM's aiu-vsockd."""
        return self._process_of(name, "aiu-vsockd")

    def _process_of(self, name: str, program: str) -> int:
        identifier = self.view(name)["record"]["id"]
        for process, found in processes_naming(identifier).items():
            if found == program:
                return process
        raise RuntimeError(f"no {program} of the VM {name} ({identifier}) runs")

    def _remove(self) -> None:
        try:
            self.aiu("delete", "--force", *self.names(), timeout=60)
        except (RuntimeError, subprocess.TimeoutExpired):
            pass  # there was none, or it hangs: what is left is ended below
        try:
            self.aiu("system", "stop", timeout=60)
        except (RuntimeError, subprocess.TimeoutExpired):
            pass  # likewise
        for process in processes_naming(str(self.state)):
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue
        # libvirt may still be writing down that a VM ended.
        time.sleep(0.2)
        shutil.rmtree(self.state, ignore_errors=True)
