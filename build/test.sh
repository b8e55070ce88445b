# ./perdure test: sourced by the launcher in a work tree, with its functions.
# shellcheck shell=sh disable=SC2154

test_usage() {
  cat <<'EOF'
Usage: ./perdure test [MAVEN OPTION…]
Builds everything with all checks on and runs all tests. What every change must pass.
A test that fails is run once more, so that a busy machine refuses no change; one that passes
only then is named as flaky and counted beside the others: it is to be mended, not got used to.

Examples:
  ./perdure test
  ./perdure test -pl kernel -am                    one module and what it needs
  ./perdure test -pl tidy -am -Dtest=TidyTest      one test class

Exit codes: 0 all passed, 1 something failed, 2 wrong usage.
EOF
}

on_test_line() {
  on_step
  case $line in
    '[INFO] Building Perdure'*']')
      if ! terminal; then printf '%s\n' "$step"; fi
      return
      ;;
    '[INFO] Running '*)
      progress "$verb $step: ${line##*.}"
      return
      ;;
    # The list of failures at the end of a module, told with all its lines.
    '[ERROR] Failures:'* | '[ERROR] Errors:'* | '[WARNING] Flakes:'*) failures_left=200 ;;
    *'] Tests run: '*Skipped*[0-9]) failures_left=0 ;;
    '[ERROR] ' | '[ERROR]' | *'[Help 1]'* | '[ERROR] To see the full'* | '[ERROR] Re-run Maven'* | \
      '[ERROR] For more information'* | '[ERROR] After correcting'* | '[ERROR]   mvn <args>'*) return ;;
    '[WARNING] /'*'.java:['* | '[ERROR]'*) ;;
    *)
      [ "${failures_left:-0}" -gt 0 ] || return 0
      failures_left=$((failures_left - 1))
      ;;
  esac
  progress_end
  printf '%s\n' "$line"
}

run_test() {
  for a in "$@"; do
    case $a in
      -h | --help) test_usage; usage_env; exit 0 ;;
    esac
  done
  say_jdk
  ensure_postgres
  lock test
  log=$target/perdure-test.log
  started=$(date +%s)
  verb="perdure: testing"
  on_line() { on_test_line; }
  maven "$log" verify -Dsurefire.rerunFailingTestsCount=1 "$@"
  code=$?
  unlock
  took=$(($(date +%s) - started))
  if grep -q -e 'Unrecognized option' -e 'Unknown lifecycle phase' \
    -e 'Could not find the selected project' "$log"; then
    test_usage >&2
    exit 2
  fi
  # The closing line of each module, added up.
  set -- $(sed -n 's/^\[[A-Z]*\] Tests run: \([0-9]*\), Failures: \([0-9]*\), Errors: \([0-9]*\), Skipped: \([0-9]*\)\(, Flakes: \([0-9]*\)\)\{0,1\}$/\1 \2 \3 \4 \6/p' "$log" |
    awk '{ n += $1; f += $2 + $3; s += $4; k += $5 } END { print n + 0, f + 0, s + 0, k + 0 }')
  counts="$(($1 - $2 - $3)) passed, $2 failed, $3 skipped"
  [ "$4" = 0 ] || counts="$counts, $4 flaky (failed once, named above)"
  if [ "$code" != 0 ]; then
    say "the build or a test failed after $took s; full log: $log"
    [ "$1" = 0 ] || printf '%s\n' "$counts"
    exit 1
  fi
  [ "$1" != 0 ] || fail "nothing failed in $took s, but no test was executed; full log: $log"
  say "everything passed in $took s; full log: $log"
  printf '%s\n' "$counts"
}
