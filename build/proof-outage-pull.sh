# ./perdure proof outage --pull: sourced by the launcher in a work tree, with its functions.
# shellcheck shell=sh disable=SC2154

proof_pull_usage() {
  cat <<'EOT'
Usage: ./perdure proof outage --pull [--hold SECONDS] [--rate N]
Starts three nodes, a gateway for notifications and a PostgreSQL, each in a network namespace of its
own, and pulls the network under them while transfers go on: of the gateway, then also of the
database, then also between the nodes; and plugs all of it in again. Packets vanish, nobody gets an
error. Looks at what nodes say, what they refuse and what they still answer, and in the end at every
transfer, notification and row. Needs Linux, root, iproute2 and PostgreSQL.

      --pull           pull the network, instead of what proof outage does without it
      --hold SECONDS   how long each state is left as it is (default: 20)
      --rate N         transfers that are begun a second (default: 20)

Exit codes: 0 all held, 1 failed or not possible here, 2 usage, 3 a check did not hold.
EOT
}

on_pull_line() {
  on_step
  case $line in
    '  held    '*) progress_end; printf '%s\n' "$line"; : >"$log.held" ;;
    '  FAILED  '*) progress_end; printf '%s\n' "$line"; : >"$log.unheld" ;;
    '  skipped '*) progress_end; say "${line#  skipped }"; : >"$log.skipped" ;;
  esac
}

run_proof_pull() {
  hold=20 rate=20
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) proof_pull_usage; exit 0 ;;
      --pull) shift ;;
      --hold | --rate)
        case ${2:-} in
          '' | 0* | *[!0-9]* | ????*) say "$1 needs a number from 1 to 999"; proof_pull_usage >&2; exit 2 ;;
        esac
        if [ "$1" = --rate ]; then rate=$2; else hold=$2; fi
        shift 2
        ;;
      *) say "unknown option '$1'"; proof_pull_usage >&2; exit 2 ;;
    esac
  done
  say_jdk
  ensure_postgres
  has_postgres || exit 1
  lock test
  log=$target/perdure-proof-outage-pull.log
  rm -f "$log.held" "$log.unheld" "$log.skipped"
  verb="perdure: proof outage --pull:"
  on_line() { on_pull_line; }
  maven "$log" -Pfast -pl examples/reporting -am test -Dtest=PulledOutageTest \
    -Dsurefire.failIfNoSpecifiedTests=false -Dsurefire.rerunFailingTestsCount=0 -Dtest.excluded= \
    "-Dproof.hold=$hold" "-Dproof.rate=$rate"
  code=$?
  held=0 unheld=0 skipped=0
  if [ -e "$log.held" ]; then held=1; fi
  if [ -e "$log.unheld" ]; then unheld=1; fi
  if [ -e "$log.skipped" ]; then skipped=1; fi
  rm -f "$log.held" "$log.unheld" "$log.skipped"
  unlock
  if [ "$unheld" = 1 ]; then
    say "a check did not hold; full log: $log"
    exit 3
  fi
  if [ "$skipped" = 1 ]; then
    say "it cannot be run here: nothing is proved"
    exit 1
  fi
  if [ "$code" != 0 ]; then
    show_errors "$log"
    say "it could not be run; full log: $log"
    exit 1
  fi
  if [ "$held" = 0 ]; then
    say "nothing was checked, so nothing is proved; full log: $log"
    exit 1
  fi
}
