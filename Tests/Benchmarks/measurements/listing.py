"""`aiu ls` with a thousand VMs defined."""

import time

from harness.bench import Bench
from harness.figures import Samples, timed
from harness.finding import Finding

VMS = 1000
LIMIT_SECONDS = 0.1
AT_ONCE = 100


def measure(bench: Bench) -> list[Finding]:
    supervisor = bench.supervisor
    api = supervisor.api()
    names = [f"listing-{number:04}" for number in range(VMS)]
    started = time.perf_counter()
    for name in names:
        api("POST", "/v1/vms", {"name": name, "preset": "tiny"})
    bench.say(f"listing: {VMS} VMs made in {time.perf_counter() - started:.1f} s")
    if not set(supervisor.names()) >= set(names):
        raise RuntimeError("`aiu ls` does not list all VMs")
    samples = Samples.of(timed(lambda: supervisor.aiu("ls")) for _ in range(bench.runs(20)))
    for first in range(0, VMS, AT_ONCE):
        supervisor.delete(*names[first:first + AT_ONCE])
    return [
        Finding(f"`aiu ls` with {VMS} VMs defined", samples.described(), "≤ 100 ms", samples.p50 <= LIMIT_SECONDS)
    ]
