"""The whole command `aiu exec vm true`, against guest-exec of the QEMU guest agent polled to its end."""

import contextlib

from harness.bench import Bench
from harness.figures import Samples, timed
from harness.finding import Finding
from harness.stock_vm import StockVM

LIMIT_RATIO = 1 / 5
WARM_UP = 3


def measure(bench: Bench) -> list[Finding]:
    bench.supervisor.aiu("launch", "execute")
    with contextlib.closing(bench.stock_vm()) as stock:
        stock.wait_until_settled()
        samples, peer = compare(bench, stock)
    bench.supervisor.delete("execute")
    ratio = samples.p50 / peer.p50
    return [
        Finding(
            "`aiu exec vm true`, the whole command, against guest-exec of qemu-guest-agent polled every millisecond",
            samples.described(), "≤ 1/5", ratio <= LIMIT_RATIO, peer.described(), f"1/{1 / ratio:.1f}")
    ]


def compare(bench: Bench, stock: StockVM) -> tuple[Samples, Samples]:
    ours, peers = [], []
    for run in range(WARM_UP + bench.runs(60)):
        # In turn, so that a busy moment of the host hits both.
        mine = timed(lambda: bench.supervisor.aiu("exec", "execute", "true"))
        peer = timed(lambda: stock.run("/bin/true"))
        if run >= WARM_UP:
            ours.append(mine)
            peers.append(peer)
    return Samples.of(ours), Samples.of(peers)
