"""The control ping, host to agent and back, as aiud times it; and what a client of its API sees."""

from harness.bench import Bench
from harness.figures import Samples, duration, timed
from harness.finding import Finding

LIMIT_P50 = 0.3e-3
LIMIT_P99 = 3e-3


def measure(bench: Bench) -> list[Finding]:
    bench.supervisor.aiu("launch", "ping")
    api = bench.supervisor.api()

    def ping() -> float:
        return api("POST", "/v1/vms/ping/ping")["milliseconds"] / 1000

    for _ in range(100):
        ping()
    count = bench.runs(2000)
    samples = Samples.of(ping() for _ in range(count))
    whole = Samples.of(timed(ping) for _ in range(count))
    bench.supervisor.delete("ping")
    return [
        Finding(
            f"control ping, host → agent → host (n {count})", described(samples), "p50 ≤ 0.3 ms, p99 ≤ 3 ms",
            samples.p50 <= LIMIT_P50 and samples.p99 <= LIMIT_P99),
        Finding("… as an HTTP request to aiud on a kept connection", described(whole)),
    ]


def described(samples: Samples) -> str:
    return f"p50 {duration(samples.p50)}, p99 {duration(samples.p99)}"
