"""The report: docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

from .finding import Finding

HEADINGS = ["What", "Ours", "Peer", "Ratio", "Must reach", "Met"]
ACCELERATORS = {"kvm": "KVM", "tcg": "none: VMs are emulated (QEMU's TCG)"}


def table(findings: Iterable[Finding]) -> str:
    rows = [HEADINGS, ["---"] * len(HEADINGS)] + [finding.cells for finding in findings]
    return "".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |\n" for row in rows)


def document(findings: list[Finding], accelerator: str, load: float, seconds: float, names: str) -> str:
    wanted = [finding for finding in findings if finding.met is not None]
    met = sum(finding.met is True for finding in wanted)
    return f"""# Benchmarks

Written by `make bench`; changes are lost. Every peer was measured in the same run on the same host, in turn with ours,
under the same libvirt flavour, accelerator, processor model and size. Of {len(wanted)} targets, {met} are met.

{table(findings)}
## Where and when

- Date: {time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())}; the run took {seconds / 60:.0f} minutes
- Accelerator: {ACCELERATORS[accelerator]}
- Host: {host()}; load average {load:.1f} when the run began
- Software: {software()}

## How

- *Ours* are the release programs of `build/bin` in a state directory of their own. A command's time is that of the
  whole process, from its start to its end, as a shell would see it.
- The *stock VM* is Debian 12 as mmdebstrap makes it (`Tests/Benchmarks/stock-vm/build`): systemd, qemu-guest-agent,
  Debian's cloud kernel and its initramfs, on a raw ext4 disk under `qemu:///embed`, with our VMs' processor model and
  memory. Its kernel is loaded directly, so it is spared a boot loader. Ready is when it first answers `guest-ping`.
- `virt-customize` puts the configuration into an overlay of that VM's disk with `LIBGUESTFS_BACKEND=direct`.
- Bulk runs in a VM of the benchmarks' own that has both: our kernel, image and `aiu-vsockd`, and a virtio-serial port;
  PID 1 is a Python program that serves either, in turn. Processor time is that of the whole process; under emulation
  QEMU's includes the guest's own.
- Decoding and the follow-up ask the engine of a VM directly, over its socket in the VM. The model is a decoder of
  Llama's architecture with random weights, made anew (`harness/random_model.py`): its nonsense takes as long as sense
  would. The peer (`peers/decode.c`) writes the same text with the same libraries, set up alike; without KVM it runs
  under `qemu-x86_64` with our VMs' processor model. Both must write the same words.
- Miller and Python run in the same VM as our tool, in turn, and all three must find the same average. Emulated, the
  peers get a part of the file, and their time is that of the whole at the same rate.
- FTS5 runs in the same VM, from Python, on documents that are already in memory; `text_search` finds and reads them,
  and its time is that of the whole command with the search.
- Proxies are asked by `wrk` with one thread, in turn, for 3 s each; behind them is nginx on loopback with one worker. Ours is
  given its sockets and rules by the benchmark, which reads its decisions, and looks the name up; the peers get an address. Theirs
  log nothing and cache nothing.
- p50 is the median, p99 the nearest rank, n the number of runs.

## What the figures mean

- Emulated, most of a short command's time is the guest's: QEMU translates code again for every virtual address that it
  is seen at, so with address space randomisation each start of a dynamically linked program costs 12 to 18 ms. Ours are
  therefore started without it where they are emulated; the peer has it, as Debian ships it. The steps are in
  [performance](design/performance.md).
- Bulk from the guest is bound by the emulated copy from the program to the kernel, which a virtio-serial port needs as
  well (both some 0.5 s of QEMU's time per GB), so there is little to be faster with. Bulk to the guest saves what a
  virtio-serial port spends on one interrupt and one page a time.
- A VM's emulator looks every address up in a table where qemu-user adds a constant, so whatever reads memory often,
  such as the engine when it decodes, is slower there by that much.

## Again

```
make bench                            # all, ten minutes and more; writes this file
make bench BENCH_ONLY=launch          # one measurement ({names}), printed only
make bench BENCH_RUNS=3               # a third of the usual repetitions (10 is usual), printed only
```
"""


def host() -> str:
    model = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = re.search(r"^MemTotal: +(\d+) kB$", Path("/proc/meminfo").read_text(), re.MULTILINE)
    gibibytes = round(int(memory[1]) / (1 << 20)) if memory else 0
    name = model[1] if model else "unknown"
    return f"{os.cpu_count()} processors ({name}), {gibibytes} GiB of memory, Linux {platform.release()}"


def software() -> str:
    packages = ["qemu-system-x86", "libvirt0", "libguestfs0"]
    output = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${Version}, ", *packages], stdout=subprocess.PIPE, text=True, check=True)
    return output.stdout.rstrip(", ")
