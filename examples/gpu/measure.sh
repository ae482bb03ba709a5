#!/bin/sh
# Measures tdf on a machine with a GPU that has a driver and PyTorch 2.11, and no compiler:
#
#     sh measure.sh TDF [FOLDER]
#
# TDF is a prebuilt binary; reports and checkpoints go to FOLDER (default: $OUT, else ./measured). README.md beside this
# file says what is measured. Every figure can be changed by a variable:
device=${DEVICE:-cuda}
domain=${DOMAIN:-csg2d}
preset=${PRESET:-paper}
batches=${BATCHES:-64 128 256 512 1024}
seconds=${SECONDS_EACH:-15}
tasks=${TASKS:-256}
threads=${THREADS:-1 2 4 8}
minutes=${MINUTES:-9}
train_batch=${TRAIN_BATCH:-256}
# More `--set KEY=VALUE` for every command that has a network.
more=${MORE:-}

set -u
[ $# -ge 1 ] || { sed -n '2,8p' "$0"; exit 2; }
tdf=$(realpath "$1")
out=${2:-${OUT:-measured}}
mkdir -p "$out"
log=$out/report.txt
: > "$log"

# Runs a command, shows what it prints and keeps it; a failure does not keep the others from being measured.
failed=0
run() {
    echo "\$ $*" | tee -a "$log"
    "$@" > "$out/.last" 2>&1
    code=$?
    cat "$out/.last"
    cat "$out/.last" >> "$log"
    if [ $code -ne 0 ]; then
        failed=$((failed + 1))
        echo "(exit code $code)" | tee -a "$log"
    fi
    return $code
}

# libtorch and CUDA as PyTorch has them: torch/lib, and the nvidia packages beside torch.
libraries=$(python3 - <<'PYTHON'
import glob, importlib.util, os
found = importlib.util.find_spec("torch")
if found and found.origin:
    torch = os.path.dirname(found.origin)
    beside = sorted(glob.glob(os.path.join(os.path.dirname(torch), "nvidia", "*", "lib")))
    print(":".join([os.path.join(torch, "lib"), *beside]))
PYTHON
)
if [ -n "$libraries" ]; then
    export LD_LIBRARY_PATH="$libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
else
    echo "python3 finds no torch: taking libtorch from LD_LIBRARY_PATH" | tee -a "$log"
fi
nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2>/dev/null | tee -a "$log"

echo "== what is there" | tee -a "$log"
run "$tdf" doctor || { echo "tdf does not start here: is this PyTorch 2.11.0?" | tee -a "$log"; exit 1; }

echo "== data: examples a second by number of threads" | tee -a "$log"
run "$tdf" bench --domain "$domain" --stage data --seconds "$seconds"

echo "== bf16 beside fp32" | tee -a "$log"
first=${batches%% *}
for precision in fp32 bf16; do
    # shellcheck disable=SC2086
    run "$tdf" bench --domain "$domain" --stage train --preset "$preset" --device "$device" --seconds "$seconds" \
        --set train.batch="$first" --set train.precision=$precision $more
done

echo "== training examples a second by batch" | tee -a "$log"
for batch in $batches; do
    # shellcheck disable=SC2086
    run "$tdf" bench --domain "$domain" --stage train --preset "$preset" --device "$device" --seconds "$seconds" \
        --set train.batch="$batch" $more
done

echo "== expansions a second over $tasks tasks" | tee -a "$log"
for number in $threads; do
    # shellcheck disable=SC2086
    run "$tdf" bench --domain "$domain" --stage expand --preset "$preset" --device "$device" --seconds "$seconds" \
        --tasks "$tasks" --set train.threads="$number" $more
done

echo "== a slice of training: $minutes minutes" | tee -a "$log"
rundir=${RUN:-$out/run}
resume=
[ -e "$rundir/config.toml" ] && resume=--resume
# shellcheck disable=SC2086
run "$tdf" train --domain "$domain" --preset "$preset" --device "$device" --run "$rundir" $resume \
    --set train.batch="$train_batch" --set train.slice_minutes="$minutes" $more

echo "== its network, in pieces that can be copied" | tee -a "$log"
rm -rf "$out/export"
if run "$tdf" export --run "$rundir" --precision fp16 --out "$out/export"; then
    mkdir -p "$out/pieces"
    rm -f "$out"/pieces/*
    (cd "$out" && tar -cf - export) | split -b 15000000 - "$out/pieces/export.tar."
    cp "$rundir/metrics.csv" "$log" "$out/pieces/"
    echo "cat pieces/export.tar.* | tar -xf -   gives the folder back" | tee -a "$log"
    ls -l "$out/pieces" | tee -a "$log"
fi
rm -f "$out/.last"
echo "== done, $failed command(s) failed; report: $log"
[ "$failed" -eq 0 ]
