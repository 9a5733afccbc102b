#!/usr/bin/env python3
"""Writes what the Swift decoder must agree with: prompts, scores, and the plans that decode.py reads off them.

usage: vectors.py CHECKPOINT FOLDER

Scores are cut to the best labels of each row, so that the files stay small; all other labels have one low score. The
plans are of these cut scores.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "data"), str(HERE / "evaluation")]

import evaluate  # noqa: E402
import generate  # noqa: E402
from router import numbers, words  # noqa: E402
from router.examples import read  # noqa: E402
from router.tokens import Sequence  # noqa: E402

COUNT, BEST, REST = 140, 3, -15.0
SOME_TOOLS = ["calculator", "csv", "summarizer", "file_browser", "json", "statistics", "log_analyzer"]
TEXTS = ["", "  ", "a", "x\r\n\r\n y", "integrate x^2 dx from 0 to 1", "Dt dw do DZ", "a.b. c .d", "report_2024-v2.tar.gz",
         "naïve Café straße", "e\u0301te\u0301", "日本語のテキスト", "price: 3.50€/kg", "½ of ²", "zero\u200bwidth",
         "\ufeffstart", "tab\there", "a\u00a0b", "“quoted” text", "ab12cd", "1,000.50", "नमस्ते दुनिया", "привет мир",
         "x" * 70, "1" * 40, "👍🏽 ok", "C:\\dir\\file.txt", "\n\nfirst\n\n\nlast\n", "dx", "d x", "don't", "\ufffd?",
         "한국어 문장", "ﬁle"]
# Where arguments end, and operations that their arguments decide.
EDGES = ["-7 F to C", "what is -12.5 + 4", "rename a.txt to b.txt", "chnage the name of draft.md to final.md",
         "search for 'annual leave' in policies", "write \"it's ten o'clock\" to note.txt", "en qué documento se habla de la fianza",
         "chi squared, region vs churned, telecom.csv", "translate menu.txt into English, the guests arrive at six",
         "node index.js gives what output? run it", "count per country in orders.csv", "rows in stock.csv without a price",
         "find «Vertragsende» in archiv", "18% of 250, then add 12", "t-test of 1, 2, 3 against 4, 5, 6"]
NUMBERS = ["5", "1,000", "12 000", "1.000.000", "twenty five", "a dozen", "two hundred", "soon", "thfee", "eigjt", "fünf",
           "trois", "3 rows", "99999999999999", "a couple", "ten thousand", "two dozen", "", "x", "fie", "sieben und zwei", "twice",
           "half a dozen"]


def cut(row, count=BEST):
    best = sorted(range(len(row)), key=lambda index: -row[index])[:count]
    return [[index, round(row[index], 1)] for index in sorted(best)]


def whole(entries, count):
    row = [REST] * count
    for index, score in entries:
        row[index] = score
    return row


def vector(planner, record, enabled):
    sequence = Sequence(planner.vocabulary, record["prompt"], record.get("files", ()))
    full, labels = planner.scores([sequence])[0], planner.labels
    plan, _ = planner.decoder.plan(full, sequence, record["prompt"], record.get("files", ()), enabled)
    heads = {"tool": [cut(row) for row in full["tool"]]}
    for name in labels.steps:
        tool, _, argument = name.partition(".")
        if any(call["tool"] == tool or tool == "whole" and argument in labels.properties[call["tool"]] for call in plan):
            heads[name] = [cut(row) for row in full[name][:len(plan)]]
    for name in labels.words:
        if not name.startswith("word.") or name[5:] in heads:
            heads[name] = [[cut(row, 2 if name == "argument" else 1) for row in step] for step in full[name][:len(plan)]]
    scores = {}
    for name, names in labels.steps.items():
        rows = heads.get(name, [])
        scores[name] = [whole(rows[step] if step < len(rows) else [], len(names)) for step in range(len(full["tool"]))]
    for name, names in labels.words.items():
        rows = heads.get(name, [])
        scores[name] = [[whole(rows[step][word] if step < len(rows) else [], len(names))
                         for word in range(len(sequence.kept))] for step in range(len(full["tool"]))]
    plan, sure = planner.decoder.plan(scores, sequence, record["prompt"], record.get("files", ()), enabled)
    return {"prompt": record["prompt"], "files": record.get("files", []), "enabled": enabled, "kept": sequence.kept,
            "heads": heads, "plan": plan, "confidence": round(sure, 6)}


def main():
    if len(sys.argv) != 3:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    planner, folder = evaluate.load(Path(sys.argv[1])), Path(sys.argv[2])
    records = list(generate.Generator(5, "development").samples(COUNT)) + read(HERE / "evaluation" / "tuning.jsonl")[::5]
    records += [{"prompt": prompt} for prompt in EDGES]
    records = [record for record in records if len(record["prompt"]) < 160]
    vectors = [vector(planner, record, SOME_TOOLS if number % 8 == 7 else None) for number, record in enumerate(records)]
    write = lambda name, value: (folder / name).write_text(  # noqa: E731
        json.dumps(value, ensure_ascii=False, separators=(",", ":")), "utf-8")
    labels = planner.labels
    write("plans.json", {"labels": {**labels.steps, **labels.words}, "rest": REST, "steps": 4, "vectors": vectors})
    write("words.json", [[text, [[*word[:3], word.inner] for word in words.split(text)]] for text in TEXTS])
    write("numbers.json", [[text, numbers.parse(text)] for text in NUMBERS])
    print(len(vectors), "plans")
    return 0


if __name__ == "__main__":
    sys.exit(main())
