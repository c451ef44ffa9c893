"""Finished pictures of a student against those of its teacher: style distance at equal content, and errors on them.

For each pair the teacher paints once with --content-weight. The student's own content weight is then searched until its
picture lies as far from the content as the teacher's, measured by the teacher at conv3_4. The style distance of both
is measured by the teacher too: the sum of the published E_l over conv1_1, conv2_1 and conv3_1.
"""

import argparse
from pathlib import Path

import torch

from evaluate import print_table
from networks import Teacher, load_basis, load_student
from pictures import load_resized, to_image
from transfer import CONTENT_TAP, content_energy, style_energy, style_targets, to_input, to_picture, transfer

# Shares of the finest size, coarse to fine, and the evaluations spent on each.
SCALES = (0.25, 0.5, 1.0)
EVALUATIONS = (60, 50, 40)

# The search ends when the content distances agree to this, or after so many pictures.
TOLERANCE = 0.04
ATTEMPTS = 5


def paint(network, content, style, content_weight):
    """A finished picture of the content's size, started from the content."""
    sizes = [round(max(content.shape[2:]) * share) for share in SCALES]
    return transfer(network, content, style, content_weight, sizes, EVALUATIONS)


def distances(teacher, x, content, style):
    """(style distance, content distance) of input x."""
    with torch.no_grad():
        found, target = teacher(x), teacher(content)[CONTENT_TAP]
    return float(style_energy(found, style_targets(teacher, style))), float(content_energy(found, target))


def paint_at_distance(student, teacher, content, style, wanted, weight):
    """The student's picture whose content distance is `wanted`: a secant search in the logarithms."""
    # d log(content distance) / d log(content weight): the first guess is what pictures gave, then it is measured.
    power = -0.4
    for attempt in range(ATTEMPTS):
        x = paint(student, content, style, weight)
        style_distance, content_distance = distances(teacher, x, content, style)
        gap = torch.tensor(content_distance / wanted).log().item()
        print(f"  student, content weight {weight:.4g}: style {style_distance:.4g}, content {content_distance:.4g}", flush=True)
        if abs(gap) < TOLERANCE:
            break
        if attempt and abs(gap - before) > 1e-3:
            power = min(-0.15, max(-2.0, (gap - before) / step))
        before, step = gap, -gap / power
        weight *= 2.718281828 ** step
    return x, style_distance


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--student", required=True, help="the exported file")
    parser.add_argument("--basis", required=True, help="the basis that was exported with it")
    parser.add_argument("--teacher", required=True, help="VGG-19 in safetensors")
    parser.add_argument("--pair", nargs=2, action="append", required=True, metavar=("CONTENT", "STYLE"))
    parser.add_argument("--out", required=True, help="folder for the finished pictures")
    parser.add_argument("--size", type=int, default=384, help="longer side in pixels of content and style")
    parser.add_argument("--content-weight", type=float, default=0.01, help="of the teacher's pictures")
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    student = load_student(arguments.student)
    teacher = Teacher(arguments.teacher, student.heads.keys()).to(memory_format=torch.channels_last)
    out = Path(arguments.out)
    out.mkdir(parents=True, exist_ok=True)

    finished = {}
    for content_path, style_path in arguments.pair:
        name = f"{Path(content_path).stem}-{Path(style_path).stem}"
        content, style = (to_input(load_resized(path, arguments.size)) for path in (content_path, style_path))
        print(name, flush=True)
        x = paint(teacher, content, style, arguments.content_weight)
        to_image(to_picture(x)).save(out / f"{name}-teacher.png")
        reference, wanted = distances(teacher, x, content, style)
        print(f"  teacher, content weight {arguments.content_weight:.4g}: style {reference:.4g}, content {wanted:.4g}", flush=True)
        x, reached = paint_at_distance(student, teacher, content, style, wanted, 1.5 * arguments.content_weight)
        print(f"  style distance {reached / reference:.3f} times the teacher's", flush=True)
        finished[name[:33]] = to_picture(x)
        to_image(finished[name[:33]]).save(out / f"{name}-student.png")
    teacher.basis = load_basis(arguments.basis)
    print_table(student, teacher, finished)


if __name__ == "__main__":
    main()
