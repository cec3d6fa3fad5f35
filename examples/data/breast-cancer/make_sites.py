#!/usr/bin/env python3
"""Cuts the Wisconsin diagnostic breast cancer data into the four sites beside this file.

    make_sites.py path/to/sklearn/datasets/data/breast_cancer.csv [output directory] [seed]

The build does not run it: its output is committed. It needs Python's standard library only, gives the
same bytes every time, and copies every measured value as it is written in the source. README.md says why the sites are cut this way.
"""

import csv
import hashlib
import random
import statistics
import sys
from pathlib import Path

SOURCE_SHA256 = "fed3eb72d0575ef6192293f5093c6e801b1476b577d0386bf4455504522172ed"
MEASURES = ("radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concave_points", "symmetry", "fractal_dimension")
COLUMNS = [f"{kind}_{measure}" for kind in ("mean", "error", "worst") for measure in MEASURES]
SIZE = [0, 2, 3, 20, 22, 23]  # mean and worst radius, perimeter, area
IRREGULARITY = [4, 5, 6, 7, 8, 9]  # mean smoothness .. fractal dimension
NOISE = 0.35  # half the width of the uniform noise on a case's score: referral is no exact science
TEST_FRACTION = 0.34
DEFAULT_SEED = 2

# In the order in which they choose: site, cases, malignant ones, and what a case's (size, irregularity) adds to its
# chance to be seen there, for malignant and for benign cases. The last one sees who is left.
SITES = [
    ("cleveland", 180, 113, (-1, -1), (-1, +1)),
    ("budapest", 170, 47, (0, -1), (+1, 0)),
    ("long-beach", 130, 36, (0, 0), (0, -1)),
    ("zurich", 89, 16, (0, 0), (0, 0)),
]


def main():
    source = Path(sys.argv[1]).read_bytes()
    if hashlib.sha256(source).hexdigest() != SOURCE_SHA256:
        sys.exit("this is not the file that the sites were cut from")
    target = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).parent
    chance = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else DEFAULT_SEED)
    rows = list(csv.reader(source.decode().splitlines()))[1:]
    malignant = [row[30] == "0" for row in rows]
    size = score(rows, SIZE)
    irregularity = score(rows, IRREGULARITY)
    left = set(range(len(rows)))
    for name, count, sick, *taste in SITES:
        train, test = [], []
        for is_malignant, quota, (by_size, by_shape) in zip((True, False), (sick, count - sick), taste):
            pool = [i for i in sorted(left) if malignant[i] == is_malignant]
            rank = {i: by_size * size[i] + by_shape * irregularity[i] + NOISE * (2 * chance.random() - 1) for i in pool}
            seen = sorted(pool, key=lambda i: -rank[i])[:quota]
            left -= set(seen)
            seen = shuffled(seen, chance)
            tested = round(len(seen) * TEST_FRACTION)
            test += seen[:tested]
            train += seen[tested:]
        for part, chosen in (("train", train), ("test", test)):
            write(target / name / f"{part}.csv", [rows[i] for i in shuffled(chosen, chance)])
    assert not left


def score(rows, columns):
    """The mean of some standardised columns."""
    total = [0.0] * len(rows)
    for column in columns:
        values = [float(row[column]) for row in rows]
        mean, deviation = statistics.fmean(values), statistics.pstdev(values)
        total = [t + (v - mean) / deviation / len(columns) for t, v in zip(total, values)]
    return total


def shuffled(items, chance):
    return [item for _, item in sorted((chance.random(), item) for item in items)]


def write(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [",".join(COLUMNS + ["diagnosis"])]
    lines += [",".join(row[:30] + ["M" if row[30] == "0" else "B"]) for row in rows]
    path.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
