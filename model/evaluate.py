#!/usr/bin/env python3
"""Scores a trained router on prompts with known plans.

usage: evaluate.py ROUTER PROMPTS.jsonl [--mistakes] [--confusion]

ROUTER is a checkpoint of train.py or a GGUF file. Of the held-out prompts only sums are ever shown: nobody may tune on them.
"""

import argparse
import json
import os
import sys
from collections import Counter
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import torch  # noqa: E402

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "evaluation"))

import compare  # noqa: E402
from router import gguf_load  # noqa: E402
from router.encoder import package_folder  # noqa: E402
from router.examples import read  # noqa: E402
from router.labels import Labels  # noqa: E402
from router.network import Network  # noqa: E402
from router.predict import Planner  # noqa: E402
from router.tokens import Vocabulary  # noqa: E402


def load(path):
    labels, vocabulary = Labels(), Vocabulary(package_folder() / "vocab.txt")
    if path.suffix == ".gguf":
        return Planner(gguf_load.load(path, labels, vocabulary), labels, vocabulary)
    saved = torch.load(path, weights_only=True)
    network = Network(labels, vocabulary, layers=saved["layers"])
    network.load_state_dict(saved["weights"])
    return Planner(network, labels, vocabulary)


def table(title, groups):
    """A line for each group: its size, right tools, right calls."""
    print(f"\n{title:28s} prompts  right tools  right calls")
    for name, results in groups:
        count = len(results)
        if count:
            print(f"{name:28s} {count:7d} {sum(tool for tool, _ in results) / count:12.1%}"
                  f" {sum(call for _, call in results) / count:12.1%}")


def grouped(records, results, key):
    groups = {}
    for record, result in zip(records, results, strict=True):
        for name in key(record):
            groups.setdefault(name, []).append(result)
    return sorted(groups.items())


def language(record):
    name = record["language"]
    return [name if name in ("en", "es", "fr", "de") else "others"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("router", type=Path)
    parser.add_argument("prompts", type=Path)
    parser.add_argument("--mistakes", action="store_true", help="print each wrong plan")
    parser.add_argument("--confusion", action="store_true", help="print which first tool was taken for which")
    parser.add_argument("--plans", type=Path, help="write the plans, for compare.py")
    options = parser.parse_args()
    held_out = options.prompts.resolve() == (HERE / "evaluation" / "held-out.jsonl").resolve()
    if options.mistakes and held_out:
        parser.error("the held-out prompts are not to be looked at")
    torch.set_num_threads(2)
    tools, records = compare.load_tools(), read(options.prompts)
    plans = load(options.router).plans(records)
    if options.plans:
        lines = [json.dumps({"prompt": record["prompt"], "plan": plan}, ensure_ascii=False) + "\n"
                 for record, plan in zip(records, plans, strict=True)]
        options.plans.write_text("".join(lines), "utf-8")
    results = [(compare.same_tools(record, plan), compare.same_plan(record, plan, tools))
               for record, plan in zip(records, plans, strict=True)]
    table("", grouped(records, results, lambda record: ["a tool fits" if record["plan"] else "nothing fits"]))
    table("language", grouped(records, results, language))
    table("kind", grouped(records, results, lambda record: record["tags"]))
    table("first tool", grouped(records, results,
                                lambda record: [record["plan"][0]["tool"] if record["plan"] else "none"]))
    if options.confusion:
        mixed = Counter()
        for record, plan in zip(records, plans, strict=True):
            right = [call["tool"] for call in record["plan"]] or ["none"]
            got = [call["tool"] for call in plan] or ["none"]
            if not compare.same_tools(record, plan):
                mixed[" → ".join(right), " → ".join(got)] += 1
        print("\nright tools taken for others")
        for (right, got), count in mixed.most_common():
            print(f"{count:5d}  {right}   as   {got}")
    if options.mistakes:
        for record, plan, (_, right) in zip(records, plans, results, strict=True):
            if not right:
                print(json.dumps(record["prompt"], ensure_ascii=False), record.get("files", ""))
                print("   right:", json.dumps(record["plan"], ensure_ascii=False))
                print("   got:  ", json.dumps(plan, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
