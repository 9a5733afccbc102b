"""Prompts: how long from a prompt to the call of a tool, and what the assistant keeps in memory."""

import json

from harness.bench import Bench
from harness.figures import Samples, mebibytes, timed
from harness.finding import Finding

LIMIT_EMULATED = 2.5
LIMIT_NATIVE = 60e-3
LIMIT_RESIDENT = 110 << 20
FIRST_VMS = 3
# As long as people's prompts are: 3 to 21 words.
PROMPTS = [
    "17.5% of 248", "what is the square root of 1764?", "solve x^2 - 5x + 6 = 0", "area under x^2 from 0 to 3",
    "standard deviation of 4, 8, 15, 16, 23, 42", "how much memory is free?", "which files are the biggest?",
    "how many days are there until the 24th of December?", "wie viel sind 12 Meilen in Kilometern?",
    "please tell me how much of the disk is still free, I would like to copy some more files here later today",
]


def measure(bench: Bench) -> list[Finding]:
    supervisor = bench.supervisor
    limit = LIMIT_EMULATED if supervisor.accelerator == "tcg" else LIMIT_NATIVE
    planned, whole, first = [], [], []
    for number in range(FIRST_VMS):
        name = f"prompt-{number}"
        supervisor.aiu("launch", name)
        first.append(until_call(supervisor.aiu("prompt", name, PROMPTS[0], "--json", "--trace")))
    for _ in range(bench.runs(5)):
        for prompt in PROMPTS:
            output = []
            whole.append(timed(lambda: output.append(
                supervisor.aiu("prompt", "prompt-0", prompt, "--json", "--trace"))))
            planned.append(until_call(output[0]))
    resident = resident_in_guest(bench, "prompt-0")
    supervisor.delete(*(f"prompt-{number}" for number in range(FIRST_VMS)))
    samples = Samples.of(planned)
    return [
        Finding(
            "prompt to tool call, as the assistant's trace has it", samples.described(),
            f"p50 ≤ {limit:g} s", samples.p50 <= limit),
        Finding("… the first prompt of a VM, which opens the model", Samples.of(first).described()),
        Finding("`aiu prompt`, the whole command, from its start to its end", Samples.of(whole).described()),
        Finding(
            "agent and engine with the router's model, resident", mebibytes(resident), "≤ 110 MB",
            resident <= LIMIT_RESIDENT),
    ]


def until_call(answer: str) -> float:
    """Seconds of the stages before the first tool runs."""
    stages = {stage["stage"]: stage["milliseconds"] for stage in json.loads(answer)["stages"]}
    return sum(stages[name] for name in stages if name not in ("execute", "synthesise")) / 1000


def resident_in_guest(bench: Bench, name: str) -> int:
    lines = bench.supervisor.aiu("exec", "-u", "root", name, "--", "ps", "-e", "-o", "rss=,comm=").splitlines()
    return sum(int(line.split()[0]) * 1024 for line in lines if line.split()[1] in ("aiu-agent", "aiu-inference"))
