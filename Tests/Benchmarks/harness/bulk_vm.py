"""A VM with both ways for bulk bytes: our kernel and image, our aiu-vsockd, and a virtio-serial port."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from .bulk_stream import GUEST_PROGRAM, VSOCK_PORT
from .embedded_libvirt import EmbeddedLibvirt, domain_type, end, libvirt, processor_model
from .processes import processes_naming

CONTEXT_IDENTIFIER = 4001
FIRMWARE = "/usr/share/qemu/qboot.rom"
BOOT_LIMIT = 60
SECTOR = 512
START = "import ctypes; ctypes.CDLL(None).mount(b'dev', b'/dev', b'devtmpfs', 0, None); exec(open('/dev/vdb').read())"


class BulkVM:
    """Its PID 1 is the guest's end of the measurement, read from the second disk; there is no agent."""

    def __init__(self, hypervisor: EmbeddedLibvirt, image: Path, accelerator: str, back_end: Path) -> None:
        self._work = Path(tempfile.mkdtemp(prefix="aiu-bench-bulk-"))
        self._image = image
        self._domain: libvirt.virDomain | None = None
        self._back_end: subprocess.Popen[bytes] | None = None
        try:
            program = GUEST_PROGRAM.encode()
            (self._work / "program").write_bytes(program + b"\n" * (-len(program) % SECTOR))
            self._start_back_end(back_end)
            self._domain = hypervisor.connection.createXML(self._description(accelerator), 0)
            # The port's host side first, because the guest reads end-of-file while nobody is there.
            self.serial = connected(self._work / "serial.sock")
            self.vsock = self._connect_patiently()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self._domain is not None:
            end(self._domain)
        if self._back_end is not None:
            self._back_end.kill()
            self._back_end.wait()
        shutil.rmtree(self._work, ignore_errors=True)

    @property
    def emulator(self) -> int:
        return next(
            process for process, name in processes_naming(str(self._work)).items() if name.startswith("qemu-system"))

    @property
    def back_end(self) -> int:
        return self._back_end.pid

    def _start_back_end(self, program: Path) -> None:
        (self._work / "vsock").mkdir()
        self._back_end = subprocess.Popen(
            [str(program), "--directory", f"{self._work}/vsock", "--cid", str(CONTEXT_IDENTIFIER)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while not (self._work / "vsock/vhost.sock").exists():
            if self._back_end.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("aiu-vsockd did not start")
            time.sleep(0.01)

    def _connect_patiently(self) -> socket.socket:
        """The guest listens when it has booted and Python has started."""
        deadline = time.monotonic() + BOOT_LIMIT
        while True:
            try:
                return connected_to_guest(self._work / "vsock/host.sock", VSOCK_PORT)
            except OSError:
                if time.monotonic() > deadline or self._back_end.poll() is not None:
                    console = (self._work / "console.log").read_text(errors="replace")[-2000:]
                    raise RuntimeError(f"the VM for bulk did not listen; its console says: {console}") from None
                time.sleep(0.1)

    def _description(self, accelerator: str) -> str:
        # Exactly what ours are told, but for PID 1 and its program.
        command_line = (
            "console=ttyS0 quiet root=/dev/vda rootfstype=erofs ro panic=-1 random.trust_cpu=on "
            + ("mitigations=off norandmaps " if accelerator == "tcg" else "")
            + f"init=/usr/bin/python3 -- -c &quot;{START}&quot;")
        arguments = [
            "-chardev", f"socket,id=vsock0,path={self._work}/vsock/vhost.sock",
            "-device", "vhost-user-vsock-pci,id=vsock,chardev=vsock0,bus=pcie.0,addr=0x10",
        ]
        values = "".join(f'<qemu:arg value="{argument}"/>' for argument in arguments)
        return f"""
            <domain type="{domain_type(accelerator)}" xmlns:qemu="http://libvirt.org/schemas/domain/qemu/1.0">
              <name>bulk</name>
              <memory unit="MiB">256</memory>
              <memoryBacking><source type="memfd"/><access mode="shared"/></memoryBacking>
              <vcpu>1</vcpu>
              <os>
                <type arch="x86_64" machine="q35">hvm</type>
                <loader readonly="yes" type="rom">{FIRMWARE}</loader>
                <kernel>{self._image}/vmlinux</kernel><cmdline>{command_line}</cmdline>
              </os>
              <features><acpi/><apic/></features>{processor_model(accelerator)}
              <on_reboot>destroy</on_reboot>
              <devices>
                <controller type="usb" model="none"/>
                <disk type="file" device="disk"><driver name="qemu" type="raw"/>
                  <source file="{self._image}/root.erofs"/><target dev="vda" bus="virtio"/><readonly/></disk>
                <disk type="file" device="disk"><driver name="qemu" type="raw"/>
                  <source file="{self._work}/program"/><target dev="vdb" bus="virtio"/><readonly/></disk>
                <serial type="file"><source path="{self._work}/console.log"/>
                  <target type="isa-serial" port="0"/></serial>
                <channel type="unix"><source mode="bind" path="{self._work}/serial.sock"/>
                  <target type="virtio" name="bench.bulk"/></channel>
                <rng model="virtio"><backend model="random">/dev/urandom</backend></rng>
              </devices><qemu:commandline>{values}</qemu:commandline>
            </domain>"""


def connected(path: Path) -> socket.socket:
    stream = socket.socket(socket.AF_UNIX)
    stream.settimeout(120)
    stream.connect(str(path))
    return stream


def connected_to_guest(path: Path, port: int) -> socket.socket:
    """A connection to a port in the guest, asked for as aiu-vsockd wants it."""
    stream = connected(path)
    stream.sendall(f"CONNECT {port}\n".encode())
    answer = bytearray()
    # Byte by byte, because what follows the line belongs to the caller.
    while not answer.endswith(b"\n"):
        byte = stream.recv(1)
        if not byte:
            raise ConnectionError(f"the guest does not listen on vsock port {port}")
        answer += byte
    if not answer.startswith(b"OK "):
        raise ConnectionError(f"aiu-vsockd said {answer!r}")
    return stream
