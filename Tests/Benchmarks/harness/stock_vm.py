"""The peer: Debian 12 as Debian ships it, under the same embedded libvirt, accelerator and size as our VMs."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from .embedded_libvirt import EmbeddedLibvirt, domain_type, end, libvirt, processor_model

import libvirt_qemu  # noqa: E402

MEMORY_MEBIBYTES = 256
BOOT_LIMIT = 240


class StockVM:
    """One boot of it, from its definition to its agent's first answer."""

    def __init__(self, hypervisor: EmbeddedLibvirt, folder: Path, accelerator: str) -> None:
        self._work = Path(tempfile.mkdtemp(prefix="aiu-bench-stock-"))
        self._files = folder
        self._domain: libvirt.virDomain | None = None
        disk = self._work / "root.img"
        subprocess.run(["cp", "--sparse=always", "--reflink=auto", str(folder / "root.img"), str(disk)], check=True)
        try:
            started = time.perf_counter()
            self._domain = hypervisor.connection.createXML(self._description(accelerator, disk), 0)
            self._wait_for_agent()
            self.ready_seconds = time.perf_counter() - started
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self._domain is not None:
            end(self._domain)
        shutil.rmtree(self._work, ignore_errors=True)

    def agent(self, command: str, **arguments: object) -> dict:
        request = {"execute": command} | ({"arguments": arguments} if arguments else {})
        answer = libvirt_qemu.qemuAgentCommand(self._domain, json.dumps(request), 10, 0)
        return json.loads(answer)["return"]

    def run(self, path: str, arguments: Sequence[str] = ()) -> str:
        """Runs a program to its end, which the agent tells only when it is asked again and again."""
        process = self.agent("guest-exec", path=path, arg=list(arguments), **{"capture-output": True})["pid"]
        while not (status := self.agent("guest-exec-status", pid=process))["exited"]:
            time.sleep(0.001)
        if status["exitcode"] != 0:
            raise RuntimeError(f"{path} failed in the stock VM: {decoded(status, 'err-data')}")
        return decoded(status, "out-data")

    def wait_until_settled(self) -> None:
        """Until systemd has started everything; a peer that is still booting would look slow."""
        self.run("/bin/sh", ["-c", "systemctl is-system-running --wait || true"])

    def _wait_for_agent(self) -> None:
        deadline = time.monotonic() + BOOT_LIMIT
        while time.monotonic() < deadline:
            try:
                # Without the agent libvirt refuses at once; with it, the answer is the end of the boot.
                self.agent("guest-ping")
                return
            except libvirt.libvirtError:
                time.sleep(0.01)
        raise RuntimeError(f"the stock VM's agent did not answer within {BOOT_LIMIT} s")

    def _description(self, accelerator: str, disk: Path) -> str:
        return f"""
            <domain type="{domain_type(accelerator)}">
              <name>stock</name>
              <memory unit="MiB">{MEMORY_MEBIBYTES}</memory>
              <vcpu>1</vcpu>
              <os>
                <type arch="x86_64" machine="q35">hvm</type>
                <kernel>{self._files}/vmlinuz</kernel><initrd>{self._files}/initrd.img</initrd>
                <cmdline>root=/dev/vda rw console=ttyS0 quiet</cmdline>
              </os>
              <features><acpi/><apic/></features>{processor_model(accelerator)}
              <on_reboot>destroy</on_reboot>
              <devices>
                <controller type="usb" model="none"/>
                <disk type="file" device="disk"><driver name="qemu" type="raw" cache="writeback"/>
                  <source file="{disk}"/><target dev="vda" bus="virtio"/></disk>
                <serial type="null"><target type="isa-serial" port="0"/></serial>
                <channel type="unix"><source mode="bind" path="{self._work}/agent.sock"/>
                  <target type="virtio" name="org.qemu.guest_agent.0"/></channel>
                <rng model="virtio"><backend model="random">/dev/urandom</backend></rng>
              </devices>
            </domain>"""


def decoded(status: dict, member: str) -> str:
    return base64.b64decode(status.get(member, "")).decode(errors="replace")
