#!/bin/sh
# Tries training in several processes, a GPU for each, on a machine with two or more GPUs that has a driver and PyTorch 2.11:
#
#     sh parallel.sh TDF [FOLDER]
#
# TDF is a binary that `cargo xtask parallel` made; runs go to FOLDER (default: ./parallel). Fails unless all of it works.
device=${DEVICE:-cuda}
domain=${DOMAIN:-csg2d}
preset=${PRESET:-paper}
steps=${STEPS:-100}
batch=${TRAIN_BATCH:-256}
# Processes; on GPUs as many as there are.
size=${SIZE:-$(nvidia-smi --list-gpus 2>/dev/null | wc -l)}
more=${MORE:-}

set -u
[ $# -ge 1 ] || { sed -n '2,6p' "$0"; exit 2; }
tdf=$(realpath "$1")
out=${2:-parallel}
mkdir -p "$out"

# libtorch, CUDA and NCCL as PyTorch has them: torch/lib, and the nvidia packages beside torch.
libraries=$(python3 - <<'PYTHON'
import glob, importlib.util, os
found = importlib.util.find_spec("torch")
if found and found.origin:
    torch = os.path.dirname(found.origin)
    beside = sorted(glob.glob(os.path.join(os.path.dirname(torch), "nvidia", "*", "lib")))
    print(":".join([os.path.join(torch, "lib"), *beside]))
PYTHON
)
[ -z "$libraries" ] || export LD_LIBRARY_PATH="$libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"

[ "$size" -ge 2 ] || { echo "fewer than two GPUs (SIZE says how many processes, DEVICE=cpu needs none)"; exit 1; }
failed=0
fault() { echo "FAULT: $*"; failed=1; }

# train RUN ARGUMENTS: in one process, or where RANK and WORLD_SIZE are set in that one of several.
train() {
    run=$1
    shift
    # $more is a list of arguments.
    # shellcheck disable=SC2086
    "$tdf" train --domain "$domain" --preset "$preset" --device "$device" --run "$out/$run" --set train.minutes=0 \
        --set train.steps="$steps" --set train.batch="$batch" --set train.evaluate_every=never --set evaluate.tasks=0 \
        $more "$@" > "$out/$run.${RANK:-alone}.txt" 2>&1
}

# together PORT RUN ARGUMENTS: in all processes; fails if one does. Their numbers stand in $children.
together() {
    export MASTER_PORT=$1 WORLD_SIZE=$size
    shift
    children=
    rank=0
    while [ $rank -lt "$size" ]; do
        RANK=$rank train "$@" &
        children="$children $!"
        rank=$((rank + 1))
    done
    ended=0
    for child in $children; do
        wait "$child" || ended=1
    done
    unset MASTER_PORT WORLD_SIZE
    return $ended
}

rm -rf "$out/one" "$out/several" "$out/killed"
echo "== one process"
train one || fault "one process does not train"
cat "$out/one.alone.txt"
echo "== $size processes, the same batch of $batch"
together 29610 several || fault "they do not train"
cat "$out"/several.*.txt
echo "== the last rows: step, examples, seconds, loss; the same but for roundings"
for run in one several; do tail -n 1 "$out/$run/metrics.csv" | cut -d , -f 1-4; done
echo "== resumed"
steps=$((steps + 10))
together 29611 several --resume || fault "they do not go on"
cat "$out"/several.0.txt

echo "== one of them is killed: the others have 60 seconds"
steps=1000000
export TDF_PARALLEL_TIMEOUT=30
together 29612 killed &
all=$!
tries=0
until [ $tries -gt 120 ] || grep -q '^1[0-9]*00,' "$out/killed/metrics.csv" 2>/dev/null; do
    sleep 1
    tries=$((tries + 1))
done
# The newest process with the folder's name in its command is one of them.
victim=$(pgrep -n -f -- "--run $out/killed ") && kill -9 "$victim"
tries=0
while kill -0 $all 2>/dev/null && [ $tries -lt 60 ]; do
    sleep 1
    tries=$((tries + 1))
done
if kill -0 $all 2>/dev/null; then
    fault "processes still run; they are:"
    pgrep -f -- "--run $out/killed "
else
    echo "ended after $tries s"
fi
cat "$out"/killed.*.txt
[ $failed = 0 ] && echo "all of it works"
exit $failed
