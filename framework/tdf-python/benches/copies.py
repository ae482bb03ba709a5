"""Time to copy an image into a batch, by the size of the batch: why large batches of examples take longer.

    python framework/tdf-python/benches/copies.py

An image of TinySVG is copied into buffers that are used one after the other, as the batches of a stream are.
"""

import statistics
import time

import numpy as np

IMAGE = 128 * 128 * 3
ROUNDS, SECONDS = 15, 0.05


def fill(buffers, image):
    """Microseconds of the processor for an image."""
    begin, images, seconds = time.process_time(), 0, 0.0
    while seconds < SECONDS:
        for buffer in buffers:
            for row in buffer:
                row[:] = image
        images += sum(map(len, buffers))
        seconds = time.process_time() - begin
    return 1e6 * seconds / images


def main():
    image = np.random.default_rng(0).integers(0, 256, IMAGE, dtype=np.uint8)
    sets = {(size, count): [np.zeros((size, IMAGE), np.uint8) for _ in range(count)] for size, count in [(32, 8), (512, 3), (512, 8)]}
    taken = {key: [] for key in sets}
    for _ in range(ROUNDS):
        for key, buffers in sets.items():
            taken[key].append(fill(buffers, image))
    for (size, count), times in taken.items():
        print(f"{count} buffers of {size} images: {statistics.median(times):.1f} us for an image of {IMAGE:,} bytes")


if __name__ == "__main__":
    main()
