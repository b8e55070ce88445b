# Sourced by ./perdure test and by proofs that need a PostgreSQL to start themselves.
# shellcheck shell=sh disable=SC2154

has_postgres() {
  command -v initdb >/dev/null 2>&1 && return 0
  for p in /usr/lib/postgresql/*/bin/initdb /usr/pgsql/*/bin/initdb /opt/homebrew/opt/*/bin/initdb \
    /usr/local/opt/*/bin/initdb; do
    if [ -x "$p" ]; then return 0; fi
  done
  return 1
}

# Installs the system's package where it is missing and this user may; without a server of its own.
ensure_postgres() {
  if has_postgres; then return 0; fi
  if [ "$(id -u)" != 0 ] || [ "${PERDURE_INSTALL:-on}" = off ] || ! command -v apt-get >/dev/null 2>&1; then
    say "PostgreSQL is not installed: what needs it is skipped (apt-get install postgresql, or the like)"
    return 0
  fi
  say "installing PostgreSQL, which tests start for themselves (PERDURE_INSTALL=off: skip those)"
  install_log=$target/perdure-install.log
  mkdir -p "$target" /etc/postgresql-common
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
  fi
  {
    DEBIAN_FRONTEND=noninteractive apt-get install -y postgresql ||
      { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y postgresql; }
  } >"$install_log" 2>&1 </dev/null ||
    say "PostgreSQL could not be installed: what needs it is skipped; see $install_log"
}
