"""Training examples a second: batches as NumPy arrays in a loop like that of a DataLoader, beside `tdf bench` on the same machine.

    TDF=target/release/tdf python framework/tdf-python/benches/examples.py

`tdf bench --stage data` makes batches of 32 with the preset `tiny` and counts what its loop gets. Here, batches of 32 and 512 examples are
made. The two take turns, and the table has the median of the runs.
"""

import json
import os
import statistics
import subprocess
import time

import tdf

RUNS, SECONDS = 5, 2.0


def ours(stream, size, threads):
    batches = stream.batches(size, threads=threads)
    for _ in range(1 + 64 // size):
        next(batches)
    begin, done, seconds = time.perf_counter(), 0, 0.0
    while seconds < SECONDS:
        batch = next(batches)
        done += len(batch.target)
        seconds = time.perf_counter() - begin
    return done / seconds


def theirs(domain, threads):
    command = [os.environ["TDF"], "bench", "--domain", domain, "--stage", "data", "--threads", str(threads)]
    output = subprocess.run([*command, "--seconds", str(SECONDS), "--json"], capture_output=True, text=True, check=True).stdout
    return json.loads(output)["data"][-1]["per_second"]


def main():
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "")
    print(f"{cpu}, {os.cpu_count()} cores; examples a second, median of {RUNS}")
    print(f"{'domain':10} {'threads':>7} {'tdf bench':>11} {'Python, 32':>11} {'Python, 512':>12}")
    for domain in ("rainbow", "csg2d", "tinysvg", "lists"):
        stream = tdf.ExampleStream(tdf.Domain(domain))
        for threads in (1, 2):
            rows = [
                (theirs(domain, threads), ours(stream, 32, threads), ours(stream, 512, threads)) for _ in range(RUNS)
            ]
            rust, small, large = (statistics.median(column) for column in zip(*rows))
            print(f"{domain:10} {threads:>7} {rust:>11,.0f} {small:>11,.0f} {large:>12,.0f}", flush=True)


if __name__ == "__main__":
    main()
