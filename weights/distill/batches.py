"""What a training step looks at: pairs of crops from three sources, labelled by the teacher in a process of its own."""

import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset

from pictures import augment, coloured_noise, cut_crop, make_procedural, sample_pair
from transfer import mean

# Shares of photographs and paintings, of procedural pictures and of optimised ones among the pairs of a batch.
SHARES = (0.45, 0.1, 0.45)

# Procedural pictures, and fields of noise, kept at a time; after every tenth batch one of each is made anew.
PROCEDURAL = 200
RENEWAL = 10


def label(teacher, x):
    """The teacher's coordinates for inputs x. In bfloat16: its relative squared error is below 2e-5 (measured)."""
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        return {tap: f.float() for tap, f in teacher(x).items()}


class Sources:
    """The three pools that a batch is drawn from; a batch is pairs of crops, one after the other."""

    def __init__(self, photographs, crop, most, rng):
        self.photographs, self.crop, self.most, self.rng = photographs, crop, most, rng
        self.procedural = [make_procedural(crop + 64, rng) for _ in range(PROCEDURAL)]
        self.noises = [coloured_noise(crop + 64, rng) for _ in range(PROCEDURAL)]
        self.optimised = []

    def batch(self, count, shares=SHARES):
        """Inputs [count, 3, crop, crop]; `shares` of photographs, procedural and optimised pictures."""
        kinds = self.rng.choice(3, count // 2, p=np.divide(shares, np.sum(shares)))
        pairs = np.concatenate([augment(self.pair(kind), self.rng) for kind in kinds])
        return (torch.from_numpy(pairs) - mean()).contiguous(memory_format=torch.channels_last)

    def pair(self, kind):
        """One pair [2, 3, crop, crop] of the given kind; a photograph for want of optimised pictures."""
        if kind == 2 and self.optimised:
            return cut_crop(self.optimised[self.rng.integers(len(self.optimised))], self.crop, self.rng)
        return sample_pair(self.procedural if kind == 1 else self.photographs, self.noises, self.crop, self.rng)

    def add(self, pairs):
        """Put optimised pairs into their pool; the oldest leave when it holds more than `most`."""
        self.optimised = (self.optimised + list(pairs))[-self.most :]

    def renew(self):
        """One procedural picture and one field of noise in the place of older ones."""
        at = self.rng.integers(PROCEDURAL)
        self.procedural[at] = make_procedural(self.crop + 64, self.rng)
        self.noises[at] = coloured_noise(self.crop + 64, self.rng)


class LabelledBatches(IterableDataset):
    """An endless stream of (inputs, labels); the optimised pictures arrive through `inbox`, a queue of lists."""

    def __init__(self, sources, teacher, count, inbox):
        super().__init__()
        self.sources, self.teacher, self.count, self.inbox = sources, teacher, count, inbox

    def __iter__(self):
        number = 0
        while True:
            while not self.inbox.empty():
                self.sources.add(self.inbox.get())
            if number % RENEWAL == 0:
                self.sources.renew()
            x = self.sources.batch(self.count)
            yield x, label(self.teacher, x)
            number += 1


def load_batches(sources, teacher, count, inbox):
    """LabelledBatches from one worker process, so that labelling and learning share the cores without waiting."""
    return iter(DataLoader(LabelledBatches(sources, teacher, count, inbox), batch_size=None, num_workers=1, prefetch_factor=4))
