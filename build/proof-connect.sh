# ./perdure proof connect: sourced by the launcher in a work tree, with its functions.
# shellcheck shell=sh disable=SC2154

proof_connect_usage() {
  cat <<'EOF'
Usage: ./perdure proof connect [--seconds N] [--seed N]
Kills a node, its PostgreSQL and its Kafka broker in turn, with SIGKILL, while accounts change. Then
compares, account by account, what the events come to with the rows of the projection and with the
messages in the topic.

      --seconds N   how long is killed (default: 300)
      --seed N      fixes what is done and when the kills come (default: 1)

Exit codes: 0 all held, 1 failed or a check did not hold, 2 usage.
EOF
}

on_proof_line() {
  on_step
  case $line in
    '  held: '* | '  rows are '*) progress_end; printf '%s\n' "$line" ;;
    *"Tests run:"*"Skipped: 1"*) skipped=1 ;;
  esac
}

run_proof_connect() {
  seconds=300 seed=1
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) proof_connect_usage; exit 0 ;;
      --seconds | --seed)
        case ${2:-} in
          '' | *[!0-9]*) say "$1 needs a number"; proof_connect_usage >&2; exit 2 ;;
        esac
        if [ "$1" = --seed ]; then seed=$2; else seconds=$2; fi
        shift 2
        ;;
      *) say "unknown option '$1'"; proof_connect_usage >&2; exit 2 ;;
    esac
  done
  say_jdk
  ensure_postgres
  has_postgres || exit 1
  lock test
  log=$target/perdure-proof-connect.log
  verb="perdure: proof connect:"
  on_line() { on_proof_line; }
  maven "$log" -Pfast -pl examples/reporting -am test -Dtest=ConnectProofTest \
    "-Dproof.seconds=$seconds" "-Dproof.seed=$seed"
  code=$?
  unlock
  if [ "$code" != 0 ]; then
    show_errors "$log"
    say "it did not hold, or could not be run; full log: $log"
    exit 1
  fi
}
