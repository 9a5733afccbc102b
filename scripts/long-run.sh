# Sourced by the long runs, after cache.sh: one integration suite for much longer than `scripts/test` gives it.

# long_run NAME SUITE SECONDS SEED: with everything built, and what it said kept in build/long-runs.
long_run() {
    local name=$1 suite=$2 limit=$3 seed=$4 image begin status=0
    image=$(scripts/image)
    say "$name: compiling the programs and the tests"
    scripts/build
    swift build --scratch-path .build --build-tests >&2
    # Short: the path of a socket below it has room for 107 bytes.
    long_run_folder=$(mktemp -d /tmp/aiu-XXXXXX)
    export AIU_TEST_PROGRAMS=$aiu_root/build/bin AIU_TEST_IMAGE=$image AIU_TEST_FOLDER=$long_run_folder
    mkdir -p build/long-runs
    local log=build/long-runs/$name-$seed.log
    say "$name: seed $seed; what it says is kept in $log"
    begin=$SECONDS
    timeout --kill-after=30 "$limit" swift test --scratch-path .build --disable-xctest --skip-build --no-parallel \
        --filter "^Integration\\.$suite/" 2>&1 | tee "$log" >&2 || status=${PIPESTATUS[0]}
    {
        grep "^$name:" "$log" || true
        printf '%s: seed %s, %s processors, %s s, ' "$name" "$seed" "$(nproc)" "$((SECONDS - begin))"
        [ "$status" = 0 ] && echo passed || echo "failed with status $status"
    } | tee "build/long-runs/$name-$seed.txt"
    if [ "$status" = 0 ]; then
        rm -rf "$long_run_folder"
    else
        echo "the logs of its supervisor are in $long_run_folder/logs" >&2
    fi
    return "$status"
}

# A seed for a run that was given none.
any_seed() { od -An -N4 -tu4 /dev/urandom | tr -d ' '; }
