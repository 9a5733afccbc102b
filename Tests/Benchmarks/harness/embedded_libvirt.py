"""An embedded libvirt of the benchmarks' own, for the VMs that ours are compared with."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
from pathlib import Path

# Its log would be full of the peer's agent not answering yet.
os.environ["LIBVIRT_LOG_OUTPUTS"] = "4:file:/dev/null"

import libvirt  # noqa: E402

from .processes import processes_naming  # noqa: E402


class EmbeddedLibvirt:
    """`qemu:///embed` in a folder of its own, configured as aiud configures its own."""

    _events_run = False

    def __init__(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="aiu-bench-peer-"))
        (self.root / "etc").mkdir()
        (self.root / "etc/qemu.conf").write_text(
            'user = "root"\ngroup = "root"\nsecurity_driver = "none"\nnamespaces = []\ncgroup_controllers = []\n'
            'dynamic_ownership = 0\nremember_owner = 0\nstdio_handler = "file"\nseccomp_sandbox = 1\n')
        self._run_events()
        self.connection = libvirt.open(f"qemu:///embed?root={self.root}")

    @classmethod
    def _run_events(cls) -> None:
        """The embedded driver talks to QEMU's monitor from libvirt's event loop, so one must run."""
        if cls._events_run:
            return
        cls._events_run = True
        libvirt.registerErrorHandler(lambda *_: None, None)
        libvirt.virEventRegisterDefaultImpl()

        def run() -> None:
            while True:
                libvirt.virEventRunDefaultImpl()

        threading.Thread(target=run, daemon=True).start()

    def close(self) -> None:
        self.connection.close()
        for process in processes_naming(str(self.root)):
            os.kill(process, signal.SIGKILL)
        shutil.rmtree(self.root, ignore_errors=True)


def processor_model(accelerator: str) -> str:
    """As our VMs have it."""
    if accelerator == "kvm":
        return '<cpu mode="host-passthrough" check="none"/>'
    return '<cpu mode="custom" match="exact" check="none"><model fallback="forbid">Nehalem</model></cpu>'


def domain_type(accelerator: str) -> str:
    return "kvm" if accelerator == "kvm" else "qemu"


def end(domain: libvirt.virDomain) -> None:
    try:
        domain.destroy()
    except libvirt.libvirtError as problem:
        # It may have ended by itself, which is what is wanted.
        if problem.get_error_code() != libvirt.VIR_ERR_NO_DOMAIN:
            raise
