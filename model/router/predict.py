"""Plans for prompts with a trained network."""

import torch

from .batches import inputs
from .decode import Decoder, without_repetition
from .tokens import Sequence


class Planner:
    """A network with its decoder."""

    def __init__(self, network, labels, vocabulary):
        self.network, self.labels, self.vocabulary = network.eval(), labels, vocabulary
        self.decoder = Decoder(labels)

    @torch.inference_mode()
    def scores(self, sequences):
        """For each sequence its scores by head, as lists."""
        steps, words = self.network(*inputs(sequences, self.vocabulary.pad))
        found = []
        for number, sequence in enumerate(sequences):
            kept = len(sequence.kept)
            by_head = {name: steps[number, :, place].tolist() for name, place in self.network.step_columns.items()}
            for name, place in self.network.word_columns.items():
                by_head[name] = words[number, :, :kept, place].tolist()
            found.append(by_head)
        return found

    def plans(self, records, enabled=None, size=64):
        """The plans of all records, in their order."""
        found = [None] * len(records)
        sequences = [Sequence(self.vocabulary, record["prompt"], record.get("files", ())) for record in records]
        numbers = sorted(range(len(records)), key=lambda number: len(sequences[number].tokens))
        for start in range(0, len(numbers), size):
            part = numbers[start:start + size]
            for number, scores in zip(part, self.scores([sequences[number] for number in part]), strict=True):
                record = records[number]
                plan, _ = self.decoder.plan(scores, sequences[number], record["prompt"], record.get("files", ()),
                                            enabled)
                found[number] = without_repetition(plan)
        return found
