"""Distil a student from VGG-19: see README.md for how to run it and what it gave."""

import argparse
import copy
import ctypes
import json
import os
import time
from multiprocessing import Queue
from pathlib import Path

import numpy as np
import torch

from batches import Sources, label, load_batches
from initialise import initialise
from losses import change_errors, gram_error, relative_errors
from networks import Student, Teacher, deepest, export_student, layers_until, save_basis
from pictures import list_pictures, load_pyramids
from rollouts import make_rollouts

# Crops that the basis and the sizes of the targets are measured on.
BASIS_BATCHES = 40

# Batches that the first weights are fitted on.
INITIAL_BATCHES = 12


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teacher", required=True, help="VGG-19 in safetensors, at least to the deepest tap")
    parser.add_argument("--images", required=True, help="folder of training pictures")
    parser.add_argument("--exclude", default="", help="file names in --images to leave out, with commas between")
    parser.add_argument("--work", required=True, help="folder for the checkpoint and the log")
    parser.add_argument("--out", required=True, help="the student's safetensors file")
    parser.add_argument("--basis", required=True, help="the basis' safetensors file")
    parser.add_argument(
        "--taps", default="conv1_1:16,conv2_1,conv3_1,conv3_4:96",
        help="layer:components, with commas between; a layer alone is as wide as the teacher's and has no head",
    )
    parser.add_argument("--channels", default="32,32,128,64,256,64,64,96", help="the student's channels at each layer")
    parser.add_argument("--steps", type=int, default=4000, help="optimiser steps")
    parser.add_argument("--decay", type=float, default=0.8, help="last share of the steps, where the rate falls to 0")
    parser.add_argument("--rate", type=float, default=1e-4, help="learning rate of AdamW before it falls")
    parser.add_argument("--batch", type=int, default=8, help="crops in a step")
    parser.add_argument("--crop", type=int, default=128, help="side of a crop in pixels")
    parser.add_argument("--change-weight", type=float, default=0.6, help="of the errors of changes in the loss")
    parser.add_argument("--gram-weight", type=float, default=20, help="of the errors of Gram matrices in the loss")
    parser.add_argument("--round", type=int, default=500, help="steps between two rounds of rollouts")
    parser.add_argument("--rollouts", type=int, default=2, help="batches of style transfers in a round")
    parser.add_argument("--pool", type=int, default=800, help="optimised pictures kept, the oldest leave first")
    parser.add_argument("--pool-of", help="another run's checkpoint, whose optimised pictures this run begins with")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in --work")
    return parser.parse_args()


def keep_memory():
    """Tell glibc to keep freed blocks: returning each large tensor to the system costs a third of a step in page faults."""
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        trim_threshold, mmap_threshold = -1, -3
        library.mallopt(trim_threshold, 2**31 - 1)
        library.mallopt(mmap_threshold, 2**31 - 1)


def parse_taps(text):
    """'conv1_1:16,conv2_1' to {'conv1_1': 16, 'conv2_1': None}."""
    return {tap: int(count) if count else None for tap, _, count in (part.partition(":") for part in text.split(","))}


def find_basis(teacher, components, draw):
    """The uncentred principal directions {tap: [components, channels]} of the teacher's activations."""
    components = {tap: count for tap, count in components.items() if count}
    moments = dict.fromkeys(components, 0.0)
    for _ in range(BASIS_BATCHES):
        found = label(teacher, draw())
        for tap in components:
            flat = found[tap].transpose(0, 1).flatten(1)
            moments[tap] = moments[tap] + flat @ flat.T / flat.shape[1]
    basis = {}
    for tap, count in components.items():
        energies, directions = torch.linalg.eigh(moments[tap])
        basis[tap] = directions.flip(1)[:, :count].T.contiguous()
        print(f"{tap}: {count} components hold {energies.flip(0)[:count].sum() / energies.sum():.4f} of the energy")
    return basis


def find_sizes(teacher, draw):
    """Root mean square of the teacher's coordinates at each tap: {tap: float}."""
    squares = [{tap: float(f.square().mean()) for tap, f in label(teacher, draw()).items()} for _ in range(BASIS_BATCHES)]
    return {tap: float(np.sqrt(np.mean([s[tap] for s in squares]))) for tap in squares[0]}


def rate_at(step, arguments):
    """Warm-up over 200 steps, constant, then linear to 0 over the last `decay` of the steps."""
    left = (arguments.steps - step) / (arguments.decay * arguments.steps)
    return arguments.rate * min(1.0, (step + 1) / 200, left)


class Training:
    """The student, its optimiser, and the running average of its weights that is exported and rolled out."""

    def __init__(self, student, basis, rate):
        self.basis = basis
        self.student = student.to(memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.student).requires_grad_(False)
        self.optimiser = torch.optim.AdamW(self.student.parameters(), rate, betas=(0.9, 0.98), weight_decay=1e-4, fused=True)
        self.step = 0

    def learn(self, x, target, rate, change_weight, gram_weight):
        """One step of AdamW; gives the errors at the taps, those of the changes and that of the Gram matrices."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        with torch.autocast("cpu", torch.bfloat16):
            found = self.student(x)
        errors = relative_errors(found, target, self.student.sizes)
        changes = change_errors(found, target, self.student.sizes)
        grams = gram_error(found, target)
        self.optimiser.zero_grad()
        (sum(errors.values()) + change_weight * sum(changes.values()) + gram_weight * grams).backward()
        torch.nn.utils.clip_grad_norm_(self.student.parameters(), 1.0)
        self.optimiser.step()
        self.step += 1
        keep = min(0.999, self.step / (self.step + 10))
        for slow, fast in zip(self.average.parameters(), self.student.parameters(), strict=True):
            slow.lerp_(fast.detach(), 1 - keep)
        return [loss.item() for loss in (*errors.values(), *changes.values(), grams)]

    def save(self, path, optimised):
        state = {
            "student": self.student.state_dict(), "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(), "step": self.step, "basis": self.basis,
            "sizes": self.student.sizes, "optimised": np.array(optimised, np.float16),
        }
        torch.save(state, f"{path}.partial")
        os.replace(f"{path}.partial", path)

    def load(self, state):
        self.student.load_state_dict(state["student"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step = state["step"]


def describe(arguments, components):
    """The exported file's header."""
    keys = ("steps", "decay", "rate", "batch", "crop", "change_weight", "gram_weight", "round", "rollouts", "pool")
    settings = {key: getattr(arguments, key) for key in keys}
    return {
        "architecture": f"VGG-19 to {deepest(components)} with {arguments.channels} channels at its layers: 3x3 "
        "convolutions with zero padding 1, ReLU; a linear 1x1 head at " + ", ".join(filter(components.get, components)),
        "layers": ",".join(layers_until(deepest(components))),
        "heads": json.dumps(components),
        "input": "NCHW, channels blue green red, 0..255 minus 103.939, 116.779, 123.68",
        "pooling": "average 2x2, stride 2, without padding, before conv2_1 and every later block",
        "teacher": "VGG-19 (Simonyan and Zisserman 2014), zero padding, average pooling; the taps predict its activations "
        "after the ReLU, heads in an uncentred orthonormal PCA basis",
        "licence": "CC BY 4.0; derived from the VGG-19 weights by the Visual Geometry Group, University of Oxford (CC BY 4.0)",
        "training": json.dumps(settings),
        "seed": str(arguments.seed),
    }


def main():
    arguments = parse_arguments()
    torch.manual_seed(arguments.seed)
    # One thread here and one in the process that labels: two halves of like cost that never wait for each other.
    torch.set_num_threads(1)
    work = Path(arguments.work)
    work.mkdir(parents=True, exist_ok=True)
    checkpoint = work / "checkpoint.pt"
    state = torch.load(checkpoint, weights_only=False) if arguments.resume else None
    step = state["step"] if state else 0
    batch_rng, rollout_rng = np.random.default_rng([arguments.seed, step]).spawn(2)

    components = parse_taps(arguments.taps)
    paths = list_pictures(arguments.images, arguments.exclude.split(","))
    photographs = load_pyramids(paths, arguments.crop)
    print(f"{len(paths)} pictures, {len(photographs)} with their smaller sizes")
    sources = Sources(photographs, arguments.crop, arguments.pool, batch_rng)
    teacher = Teacher(arguments.teacher, components).to(memory_format=torch.channels_last)
    if arguments.pool_of:
        sources.add(torch.load(arguments.pool_of, weights_only=False)["optimised"].astype(np.float32))
    if state:
        teacher.basis, sizes = state["basis"], state["sizes"]
        sources.add(state["optimised"].astype(np.float32))
    else:
        teacher.basis = find_basis(teacher, components, lambda: sources.batch(arguments.batch))
        sizes = find_sizes(teacher, lambda: sources.batch(arguments.batch))
    channels = [int(count) for count in arguments.channels.split(",")]
    student = Student(dict(zip(layers_until(deepest(components)), channels, strict=True)), components, sizes)
    if not state:
        initialise(student, teacher, [sources.batch(arguments.batch) for _ in range(INITIAL_BATCHES)])
    keep_memory()
    training = Training(student, teacher.basis, arguments.rate)
    if state:
        training.load(state)
    metadata = describe(arguments, components)
    save_basis(teacher.basis, arguments.basis, {key: metadata[key] for key in ("teacher", "licence", "seed")})

    def keep():
        training.save(checkpoint, sources.optimised)
        export_student(training.average, arguments.out, metadata | {"step": str(training.step)})

    inbox = Queue()
    # The pairs of the last round find no reader: without this the process would wait for one at its end.
    inbox.cancel_join_thread()
    batches = load_batches(sources, teacher, arguments.batch, inbox)
    print("errors at", *components, "then of changes there, then of Gram matrices")
    if not state:
        keep()
    started, seen = time.monotonic(), []
    while training.step < arguments.steps:
        x, target = next(batches)
        seen.append(training.learn(x, target, rate_at(training.step, arguments), arguments.change_weight, arguments.gram_weight))
        if training.step % 50 == 0:
            errors = " ".join(f"{error:.4f}" for error in np.mean(seen, 0))
            print(f"step {training.step} {errors} {time.monotonic() - started:.0f} s", flush=True)
            seen = []
        finished = training.step == arguments.steps
        if training.step % arguments.round == 0 or finished:
            for _ in range(0 if finished else arguments.rollouts):
                pairs = make_rollouts(training.average, photographs, arguments.crop, rollout_rng)
                sources.add(pairs)
                inbox.put(pairs)
            keep()


if __name__ == "__main__":
    main()
