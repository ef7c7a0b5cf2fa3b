# Sourced by the stages of check-full: runs steps, prints one line for each, keeps the results.
# $results is the stage's own file of `ok NAME`, `FAIL NAME` and `skip NAME`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

stage=$(basename "$0")
full=build-full
logs=$full/logs/$stage
results=$full/results/$stage
mkdir -p "$logs" "$full/results"
: >"$results"
. tools/locale.sh $full

# step NAME COMMAND...: exit status 0 is ok, 77 skipped, anything else a failure, whose end is shown.
step() {
    local name=$1 start=$SECONDS status=0 word=ok log
    shift
    log=$logs/${name//[^A-Za-z0-9.-]/_}.log
    ("$@") >"$log" 2>&1 </dev/null || status=$?
    case $status in
    0) ;;
    77) word=skip ;;
    *) word=FAIL ;;
    esac
    echo "$word $stage: $name" >>"$results"
    printf '%-4s %s: %s (%d s)\n' $word "$stage" "$name" $((SECONDS - start))
    [ $word != FAIL ] || tail -n 60 "$log"
    [ $word = ok ]
}

# suite NAME FOLDER MESON-TEST-OPTION...: every test of the run becomes a result of its own.
suite() {
    local name=$1 folder=$2 start=$SECONDS rows=$logs/$1-rows
    shift 2
    rm -f "$folder/meson-logs/testlog.json"
    meson test -C "$folder" "$@" >"$logs/$name-suite.log" 2>&1 </dev/null || true
    tools/tally --rows "$stage: $name" "$folder/meson-logs/testlog.json" >"$rows"
    [ -s "$rows" ] || echo "FAIL $stage: $name: no test ran" >"$rows"
    cat "$rows" >>"$results"
    grep -v '^ok ' "$rows" || true
    printf '     %s: %s: %d tests (%d s)\n' "$stage" "$name" "$(wc -l <"$rows")" $((SECONDS - start))
}

# Ends a stage: it fails if one of its results did.
finish() {
    ! grep -q '^FAIL' "$results"
}
