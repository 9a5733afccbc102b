"""Twelve small VMs at once: up, listed, used and deleted."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

from harness.bench import Bench
from harness.figures import duration
from harness.finding import Finding

VMS = 12


def measure(bench: Bench) -> list[Finding]:
    supervisor = bench.supervisor
    names = [f"fleet-{number:02}" for number in range(VMS)]
    with ThreadPoolExecutor(VMS) as together:
        started = time.perf_counter()
        list(together.map(lambda name: supervisor.aiu("launch", name, "--cpus", "1", "--memory", "128MB"), names))
        up = time.perf_counter()
        listed = set(supervisor.names())
        seen = time.perf_counter()
        answers = list(together.map(lambda name: supervisor.aiu("exec", name, "--", "hostname").strip(), names))
        used = time.perf_counter()
        supervisor.delete(*names)
        gone = time.perf_counter()
    left = set(supervisor.names()) & set(names)
    works = listed >= set(names) and answers == names and not left
    parts = (
        f"up after {duration(up - started)}, listed in {duration(seen - up)}, a command in each in "
        f"{duration(used - seen)}, deleted in {duration(gone - used)}")
    return [
        Finding(
            f"{VMS} VMs of 128 MiB at once on {os.cpu_count()} processors: launched, listed, exec'd, deleted", parts,
            "all work", works)
    ]
