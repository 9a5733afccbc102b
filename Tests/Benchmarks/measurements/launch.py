"""`aiu launch` to the agent's hello, against a stock Debian VM to the first answer of its agent."""

import contextlib

from harness.bench import Bench
from harness.figures import Samples, timed
from harness.finding import Finding
from harness.stock_vm import MEMORY_MEBIBYTES

LIMIT_SECONDS = 2.2
LIMIT_RATIO = 1 / 15


def measure(bench: Bench) -> list[Finding]:
    ours, boots, peers = [], [], []
    runs, peer_runs = bench.runs(12), bench.runs(3)
    for run in range(runs):
        name = f"launch-{run}"
        ours.append(timed(lambda: launch(bench, name)))
        boots.append(bench.supervisor.view(name)["agent"]["hello"]["bootTimes"]["dialled"] / 1000)
        bench.supervisor.delete(name)
        # Between ours, so that a busy moment of the host hits both.
        if (run + 1) * peer_runs // runs > len(peers):
            with contextlib.closing(bench.stock_vm()) as stock:
                peers.append(stock.ready_seconds)
            bench.say(f"launch: ours {ours[-1]:.2f} s, the stock VM {peers[-1]:.1f} s")
    samples, peer, guest = Samples.of(ours), Samples.of(peers), Samples.of(boots)
    ratio = samples.p50 / peer.p50
    # An emulated machine is the slowest there is, so the limit holds for any.
    return [
        Finding(
            f"`aiu launch` to agent ready, against a stock Debian 12 VM to its first `guest-ping`, "
            f"{MEMORY_MEBIBYTES} MiB and 1 processor each", samples.described(), f"≤ {LIMIT_SECONDS} s, ≤ 1/15",
            samples.p50 <= LIMIT_SECONDS and ratio <= LIMIT_RATIO, peer.described(), f"1/{1 / ratio:.1f}"),
        Finding("… of which in the guest, from kernel entry to its first connection", guest.described()),
    ]


def launch(bench: Bench, name: str) -> None:
    bench.supervisor.aiu("launch", name, "--cpus", "1", "--memory", f"{MEMORY_MEBIBYTES}MB")
