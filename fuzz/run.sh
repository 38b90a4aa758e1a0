#!/bin/sh
# Runs every fuzz target for FUZZ_SECONDS (default 60) on the corpus in the
# repository. New inputs and findings go to a scratch directory that is named
# at the end. Arguments, if there are any, are the targets to run.
set -eu

cd "$(dirname "$0")"
seconds=${FUZZ_SECONDS:-60}
scratch=${FUZZ_SCRATCH:-$(mktemp -d)}
[ $# -gt 0 ] || set -- text shared decode roundtrip check json template

cargo build --release --locked
for target in "$@"; do
    mkdir -p "$scratch/$target"
    dictionary=
    corpus=corpus/$target
    case $target in
    text | shared) dictionary=-dict=text.dict ;;
    check) corpus='corpus/decode corpus/text' ;;
    esac
    echo "== $target: $seconds s"
    # shellcheck disable=SC2086
    cargo run --release --locked --quiet --bin "$target" -- \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=512 \
        -print_final_stats=1 -verbosity=0 \
        -artifact_prefix="$scratch/" $dictionary \
        "$scratch/$target" $corpus
done
echo "new inputs in $scratch"
