# ./perdure release: sourced by the launcher in a work tree, with its functions.
# shellcheck shell=sh disable=SC2154,SC2034

release_usage() {
  cat <<'EOT'
Usage: ./perdure release [DIR]
Builds perdure-VERSION-linux-ARCH.tar.gz and its .sha256 in DIR (default: target/release): Perdure
with the Java that it needs, for this machine's architecture. The same commit gives the same bytes
with the same JDK. Needs git, GNU tar and gzip.

Exit codes: 0 built, 1 failed, 2 wrong usage.
EOT
}

# Modules that nothing of ours names: what operators look into a process with.
TOOLS=jdk.jcmd,jdk.jfr

# Named by libraries, and not used by what we use of them: Jackson reads annotations of java.beans if
# they are there, and BouncyCastle, Netty and Jackson have types for SQL.
UNUSED='java.desktop
java.sql'

run_release() {
  case ${1:-} in
    -h | --help) release_usage; exit 0 ;;
    -*) release_usage >&2; exit 2 ;;
  esac
  [ $# -le 1 ] || { release_usage >&2; exit 2; }
  mkdir -p "${1:-$target/release}"
  out=$(cd "${1:-$target/release}" && pwd -P) || exit 1
  [ "$(uname -s)" = Linux ] || fail "release archives are for Linux, and built there"
  for tool in git tar gzip sha256sum; do
    command -v $tool >/dev/null || fail "$tool is needed"
  done
  say_jdk
  lock release
  work=$target/release.work
  rm -rf "$work"
  mkdir -p "$work"
  build_jars
  arch=$(uname -m)
  version=$(sed -n 's/^version=//p' "$work/version.properties")
  name=perdure-$version-linux-$arch
  tree=$work/$name
  mkdir -p "$tree/bin" "$tree/native"
  mv "$work/dist/lib" "$tree/lib"
  printf '%s%s\n' "$version" "$commit" >"$tree/VERSION"
  # The library is outside of its jar: nothing is unpacked when a node starts.
  unpack_rocksdb
  link_runtime
  copy_papers
  pack
  rm -rf "$work"
  unlock
  say "$out/$name.tar.gz, $(wc -c <"$out/$name.tar.gz") bytes"
}

# Everything is compiled anew: what an earlier build left does not get in.
build_jars() {
  commit=$(commit_of)
  [ -n "$commit" ] || fail "release needs a git repository: the archive's time and name come from the commit"
  case $commit in
    *.changed) say "there are changes that are not committed; the archive is no release" ;;
  esac
  log=$target/perdure-release.log
  verb="perdure: releasing"
  on_line() { on_step; }
  rm -rf "$home"/*/target/fast "$home"/examples/*/target/fast
  if ! maven "$log" -Pfast,release -pl cli -am -Dmaven.test.skip=true "-Dbuild.commit=$commit" \
    "-Dperdure.dist=$work/dist" package; then
    show_errors "$log"
    fail "the build failed; full log: $log"
  fi
  (cd "$work" && "$java_home/bin/jar" --extract --file "$work"/dist/lib/perdure-cli-*.jar \
    META-INF/maven/dev.perdure/perdure-cli/pom.properties) || exit 1
  mv "$work/META-INF/maven/dev.perdure/perdure-cli/pom.properties" "$work/version.properties"
  rm -rf "$work/META-INF"
}

unpack_rocksdb() {
  jar=$(ls "$tree"/lib/rocksdbjni-*.jar)
  case $arch in
    x86_64) so=librocksdbjni-linux64.so ;;
    aarch64) so=librocksdbjni-linux-aarch64.so ;;
    *) fail "there is no RocksDB for $arch" ;;
  esac
  mkdir "$work/rocksdb"
  (
    cd "$work/rocksdb" || exit 1
    "$java_home/bin/jar" --extract --file "$jar" || exit 1
    folder=$tree/native/$(basename "$jar" .jar)
    mkdir "$folder"
    mv "$so" "$folder/$so"
    rm -f ./*.so ./*.jnilib ./*.dll
    rm "$jar"
    find . -type f ! -path ./META-INF/MANIFEST.MF >../rocksdb.found || exit 1
    sed 's|^\./||' ../rocksdb.found | LC_ALL=C sort >../rocksdb.files
    "$java_home/bin/jar" --create --file "$jar" --manifest META-INF/MANIFEST.MF --date "$(jar_time)" \
      --no-compress @../rocksdb.files
  ) || fail "RocksDB's library could not be taken out of its jar"
}

commit_time() { git -C "$home" log -1 --format=%ct; }
jar_time() { date -u -d "@$(commit_time)" +%Y-%m-%dT%H:%M:%SZ; }

# The Java modules that the jars name, and no others.
link_runtime() {
  "$java_home/bin/jdeps" -summary --multi-release "$JDK_MIN" --ignore-missing-deps \
    "$tree"/lib/*.jar >"$work/jdeps" 2>"$work/jdeps.log" ||
    fail "jdeps failed: $(tail -n 3 "$work/jdeps.log")"
  modules=$(sed -n 's/.* -> //p' "$work/jdeps" |
    grep -E '^(java|jdk)\.' | grep -v -x -F "$UNUSED" | LC_ALL=C sort -u | paste -s -d ,)
  [ -n "$modules" ] || fail "jdeps found no modules"
  say "modules: $modules,$TOOLS"
  "$java_home/bin/jlink" --add-modules "$modules,$TOOLS" --output "$tree/runtime" \
    --strip-java-debug-attributes --no-header-files --no-man-pages --vm server \
    --compress zip-0 >"$work/jlink.log" 2>&1 || fail "jlink failed: $(tail -n 3 "$work/jlink.log")"
}

copy_papers() {
  cp "$home/perdure" "$tree/bin/perdure"
  cp "$home/LICENSE" "$home/NOTICE" "$home/README.md" "$home/CHANGELOG.md" "$tree/"
  cp -R "$home/docs" "$tree/docs"
  cp -R "$home/build/systemd" "$tree/systemd"
  cp "$work/dist/THIRD-PARTY.txt" "$tree/THIRD-PARTY.txt"
  for jar in "$tree"/lib/*.jar; do
    case ${jar##*/} in
      perdure-*) continue ;;
    esac
    "$java_home/bin/jar" --list --file "$jar" >"$work/entries" || fail "$jar cannot be read"
    papers=$(grep -E -i '^(META-INF/)?(LICENSE|NOTICE)[^/]*$' "$work/entries") || continue
    folder=$tree/licenses/$(basename "$jar" .jar)
    mkdir -p "$folder"
    # shellcheck disable=SC2086
    (cd "$folder" && "$java_home/bin/jar" --extract --file "$jar" $papers) || exit 1
  done
}

# Entries sorted, owned by nobody in particular, all of the commit's time. Not through a pipe: gzip would
# not notice that tar failed.
pack() {
  tar --create --directory "$work" --format=gnu --sort=name --mtime="@$(commit_time)" \
    --owner=0 --group=0 --numeric-owner --mode=u+rwX,go+rX,go-w --file="$work/$name.tar" "$name" ||
    fail "the archive could not be written"
  gzip -9 -n <"$work/$name.tar" >"$out/$name.tar.gz.new" || fail "the archive could not be written"
  mv "$out/$name.tar.gz.new" "$out/$name.tar.gz"
  (cd "$out" && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256")
}
