#!/usr/bin/env python3
"""Trains the task router: MiniLM with heads, on prompts from data/generate.py.

usage: train.py --prompts N --out CHECKPOINT [--from CHECKPOINT or GGUF] [--seed S] [--partners 2] [--steady]

Each of the partners is a process with one thread and prompts of its own; every twenty steps all become their mean. So
nothing depends on the speed of the machine, and the same arguments give the same weights on the same kind of processor.
Frames that are still got wrong come oftener, but for the last fifth. The rate is lowered to nothing along a cosine,
unless it is steady. What is written is the mean of all networks, each averaged over its latest steps.
"""

import argparse
import multiprocessing
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "data"), str(HERE / "evaluation")]


def work(options, number, folder):
    from router.partner import Partner

    Partner(options, number, folder).train()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--prompts", type=int, required=True, help="for all partners together")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--from", dest="start", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--partners", type=int, default=2)
    parser.add_argument("--rate", type=float, default=1.3e-4, help="of the encoder")
    parser.add_argument("--head-rate", type=float, default=1.5e-3)
    parser.add_argument("--chunk", type=int, default=3200, help="prompts that are chosen at once")
    parser.add_argument("--layers", type=int, help="of the encoder; without: all")
    parser.add_argument("--split", choices=("train", "all"), default="all",
                        help="train: without what is held back for development")
    parser.add_argument("--steady", action="store_true", help="do not lower the rate: another stage follows")
    options = parser.parse_args()
    options.evaluation = HERE / "evaluation"
    # A partner that is forked would share threads that it does not have.
    start = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        partners = [start.Process(target=work, args=(options, number, folder)) for number in range(options.partners)]
        for partner in partners:
            partner.start()
        for partner in partners:
            partner.join()
    return 1 if any(partner.exitcode for partner in partners) else 0


if __name__ == "__main__":
    sys.exit(main())
