"""The egress proxy against tinyproxy and squid, before the same server, at 64 connections."""

from __future__ import annotations

import contextlib
import re
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.bench import Bench
from harness.egress import Egress, NameServer, listener
from harness.finding import Finding

CONNECTIONS = 64
SECONDS = 3
UNITS = {"us": 0.001, "ms": 1, "s": 1000}


@dataclass
class Load:
    """What `wrk` saw."""

    per_second: float
    p50: float
    p99: float

    def described(self) -> str:
        return f"{self.per_second:.0f}/s, p50 {self.p50:.2f} ms, p99 {self.p99:.2f} ms"


def measure(bench: Bench) -> list[Finding]:
    program = bench.programs / "aiu-egress"
    names = NameServer()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="aiu-bench-proxy-")))
        folder.chmod(0o755)
        server = stack.enter_context(nginx(folder))
        tinyproxy = stack.enter_context(tiny(folder))
        squid_port = stack.enter_context(squid(folder))
        ours = stack.enter_context(Egress(program))
        ours.apply(rules(10, server, names))
        many = stack.enter_context(Egress(program))
        many.apply(rules(1000, server, names))
        # Those that are compared stand beside each other.
        ports = {"direct": server, "squid": squid_port, "tinyproxy": tinyproxy, "ours": ours.port, "many": many.port}
        loads: dict[str, list[Load]] = {name: [] for name in ports}
        # In turn, so that whatever else the host does meets all of them.
        for _ in range(bench.runs(5)):
            for name, port in ports.items():
                loads[name].append(wrk(folder, port, server))
    best = {name: middle(found) for name, found in loads.items()}
    return [against(best, "tinyproxy", True), against(best, "squid", None), by_rules(best, loads)]


def against(best: dict[str, Load], peer: str, must: bool | None) -> Finding:
    ours, theirs, direct = best["ours"], best[peer], best["direct"]
    ratio = ours.per_second / theirs.per_second
    met = ratio >= 1 and ours.p99 <= theirs.p99 if must else None
    return Finding(
        f"`aiu-egress` against {peer}, {CONNECTIONS} connections, 1 KiB; without a proxy {direct.described()}",
        ours.described(), "≥ 1× requests, p99 not worse" if must else "", met, theirs.described(), f"{ratio:.1f}")


def by_rules(best: dict[str, Load], loads: dict[str, list[Load]]) -> Finding:
    # Both do the same work, so what differs more than the rules is when they ran: only neighbours are compared.
    ratio = statistics.median(
        many.per_second / ours.per_second for many, ours in zip(loads["many"], loads["ours"], strict=True))
    return Finding(
        "`aiu-egress` with 1000 rules, beside itself with 10", best["many"].described(), "≥ 0.9× requests",
        ratio >= 0.9, best["ours"].described(), f"{ratio:.2f}")


def middle(loads: list[Load]) -> Load:
    """Each figure's median."""
    return Load(*(statistics.median(getattr(load, name) for load in loads) for name in ("per_second", "p50", "p99")))


def rules(count: int, server: int, names: NameServer) -> dict:
    allow = [{"host": f"*.site{number}.example", "ports": [server], "addresses": ["127.0.0.0/8"]}
             for number in range(count - 1)]
    allow.append({"host": "bench.example", "ports": [server], "addresses": ["127.0.0.0/8"]})
    return {"mode": "allowlist", "allow": allow, "resolver": f"127.0.0.1:{names.port}"}


def wrk(folder: Path, port: int, server: int) -> Load:
    script = folder / "proxy.lua"
    if port == server:
        script.write_text("")
    else:
        # Peers need not look for a name.
        host = "127.0.0.1" if port in PEERS else "bench.example"
        script.write_text(f'request = function() return wrk.format("GET", "http://{host}:{server}/", '
                          f'{{Host = "{host}:{server}"}}) end\n')
    said = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", "-s", script, f"http://127.0.0.1:{port}/"],
        check=True, capture_output=True, text=True).stdout
    if re.search(r"Non-2xx", said):
        raise RuntimeError(f"answers are errors: {' '.join(said.split())}")
    per_second = re.search(r"Requests/sec:\s*([\d.]+)", said)
    times = {share: float(number) * UNITS[unit] for share, number, unit in
             re.findall(r"^\s*(50|99)%\s+([\d.]+)(us|ms|s)$", said, re.MULTILINE)}
    if not per_second or len(times) != 2:
        raise RuntimeError(f"wrk says: {' '.join(said.split())}")
    return Load(float(per_second[1]), times["50"], times["99"])


PEERS: set[int] = set()


@contextlib.contextmanager
def nginx(folder: Path) -> Iterator[int]:
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(f"""
        daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr crit;
        events {{ worker_connections 4096; }}
        http {{
            access_log off; keepalive_requests 100000000; client_body_temp_path {folder}/body;
            proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
            server {{ listen 127.0.0.1:{port} backlog=4096; location / {{ return 200 "{'x' * 1023}\\n"; }} }}
        }}""")
    with served(["/usr/sbin/nginx", "-c", str(configuration), "-p", str(folder)], port):
        yield port


@contextlib.contextmanager
def tiny(folder: Path) -> Iterator[int]:
    port = free_port()
    PEERS.add(port)
    configuration = folder / "tinyproxy.conf"
    configuration.write_text(f"Port {port}\nListen 127.0.0.1\nAllow 127.0.0.1\nMaxClients 1000\nTimeout 60\n"
                             "LogLevel Critical\nDisableViaHeader Yes\n")
    with served(["tinyproxy", "-d", "-c", str(configuration)], port):
        yield port


@contextlib.contextmanager
def squid(folder: Path) -> Iterator[int]:
    port = free_port()
    PEERS.add(port)
    configuration = folder / "squid.conf"
    configuration.write_text(f"http_port 127.0.0.1:{port}\nhttp_access allow all\ncache deny all\naccess_log none\n"
                             f"cache_log /dev/null\npid_filename none\ncoredump_dir none\nshutdown_lifetime 1 seconds\n"
                             f"pinger_enable off\nnetdb_filename none\nvia off\n")
    with served(["squid", "-N", "-f", str(configuration)], port):
        yield port


@contextlib.contextmanager
def served(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        else:
            raise RuntimeError(f"{command[0]} does not listen")
        yield
    finally:
        process.terminate()
        process.wait(20)


def free_port() -> int:
    with listener() as end:
        return end.getsockname()[1]
