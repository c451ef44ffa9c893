"""Relative errors of an exported student on pictures that it was not trained on."""

import argparse

import torch

from networks import Teacher, load_basis, load_student
from pictures import list_pictures, load_resized
from transfer import to_input


def errors_and_energies(student, teacher, picture):
    """{tap: (sum of squared errors, sum of squared coordinates)} over the whole zero-padded picture."""
    x = to_input(picture)
    with torch.no_grad():
        found, target = student(x), teacher(x)
    return {tap: (float((f - target[tap]).square().sum()), float(target[tap].square().sum())) for tap, f in found.items()}


def print_table(student, teacher, pictures):
    """A row per picture of {name: picture}, their mean, and all pictures pooled."""
    taps = list(student.heads)
    print(f"{'relative error':34}", *(f"{tap:>8}" for tap in taps))
    ratios, sums = [], torch.zeros(len(taps), 2)
    for name, picture in pictures.items():
        pairs = errors_and_energies(student, teacher, picture)
        values = torch.tensor([pairs[tap] for tap in taps])
        sums += values
        ratios.append(values[:, 0] / values[:, 1])
        print_row(name, ratios[-1])
    print_row("mean of the pictures", torch.stack(ratios).mean(0))
    print_row("all pictures pooled", sums[:, 0] / sums[:, 1])


def print_row(name, values):
    print(f"{name:34}", *(f"{float(value):8.4f}" for value in values))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--student", required=True, help="the exported file")
    parser.add_argument("--basis", required=True, help="the basis that was exported with it")
    parser.add_argument("--teacher", required=True, help="VGG-19 in safetensors")
    parser.add_argument("--images", required=True, help="folder of pictures")
    parser.add_argument("--size", type=int, default=384, help="longer side in pixels")
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    student = load_student(arguments.student)
    teacher = Teacher(arguments.teacher, student.heads.keys())
    teacher.basis = load_basis(arguments.basis)
    pictures = {path.name: load_resized(path, arguments.size) for path in list_pictures(arguments.images)}
    print_table(student, teacher, pictures)


if __name__ == "__main__":
    main()
