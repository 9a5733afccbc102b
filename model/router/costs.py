"""Chooses prompts: those of frames that are still got wrong come oftener."""

# A frame's weight is a power of its latest loss, within limits; long prompts cost more and count less.
POWER, LEAST, MOST, LIKE_NEW, LONG, LONGER = 0.75, 0.15, 2.0, 1.0, 110, 0.6
KEPT, WORST = 0.6, 8


class FrameCosts:
    """What each frame's prompts cost when they were last there."""

    def __init__(self):
        self.losses = {}

    def saw(self, frames, loss):
        for name in frames.split("+"):
            self.losses[name] = KEPT * self.losses.get(name, loss) + (1 - KEPT) * min(loss, WORST)

    def weight(self, record):
        loss = max(self.losses.get(name, LIKE_NEW) for name in record["frame"].split("+"))
        return min(MOST, max(LEAST, loss ** POWER)) / max(1, len(record["prompt"]) / LONG) ** LONGER

    def chosen(self, records, count, random):
        """Some of the records, those of costly frames with a greater chance."""
        keys = [random.random() ** (1 / self.weight(record)) for record in records]
        return [records[index] for index in sorted(range(len(records)), key=lambda index: -keys[index])[:count]]
