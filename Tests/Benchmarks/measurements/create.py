"""`aiu create` from the disk stamp, against `virt-customize --upload` of the same configuration file."""

import os
import subprocess
import tempfile
from pathlib import Path

from harness.bench import Bench
from harness.figures import Samples, timed
from harness.finding import Finding

LIMIT_SECONDS = 0.060
LIMIT_RATIO = 1 / 100


def measure(bench: Bench) -> list[Finding]:
    with tempfile.TemporaryDirectory(prefix="aiu-bench-create-") as folder:
        configuration = Path(folder) / "aiu_config.json"
        configuration.write_text('{"resources": {"ram": "128MB"}, "location": "a benchmark"}\n')
        samples = Samples.of(create_and_delete(bench, f"create-{run}", configuration) for run in range(bench.runs(30)))
        bench.say(f"create: ours {samples.described()}; now virt-customize")
        peer = Samples.of(customize(bench, Path(folder), configuration) for _ in range(bench.runs(2)))
    ratio = samples.p50 / peer.p50
    return [
        Finding(
            "`aiu create` with the stamp, against `virt-customize --upload` of the same file", samples.described(),
            "≤ 60 ms, ≤ 1/100", samples.p50 <= LIMIT_SECONDS and ratio <= LIMIT_RATIO, peer.described(),
            f"1/{1 / ratio:.0f}")
    ]


def create_and_delete(bench: Bench, name: str, configuration: Path) -> float:
    seconds = timed(lambda: bench.supervisor.aiu("create", name, "--config", str(configuration)))
    bench.supervisor.delete(name)
    return seconds


def customize(bench: Bench, folder: Path, configuration: Path) -> float:
    """On a disk with an operating system, because virt-customize looks for one."""
    disk = folder / "disk.qcow2"
    disk.unlink(missing_ok=True)
    base = bench.stock_files / "root.img"
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", str(base), str(disk)], check=True)
    environment = os.environ | {"LIBGUESTFS_BACKEND": "direct"}
    # libguestfs takes /dev/kvm when it can open it, and hangs where it is there but does not work.
    if bench.accelerator == "tcg":
        environment["LIBGUESTFS_BACKEND_SETTINGS"] = "force_tcg"
    command = [
        "virt-customize", "--quiet", "--no-network", "-a", str(disk), "--upload",
        f"{configuration}:/etc/aiu_config.json",
    ]
    return timed(lambda: subprocess.run(
        command, check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300))
