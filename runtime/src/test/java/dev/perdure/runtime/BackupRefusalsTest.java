package dev.perdure.runtime;

import static dev.perdure.runtime.RunningNode.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.CorruptionException;
import dev.perdure.kernel.Entropy;
import dev.perdure.runtime.Wallet.Deposit;
import dev.perdure.runtime.backup.BackupException;
import dev.perdure.runtime.backup.Backups;
import dev.perdure.runtime.backup.Inspection;
import dev.perdure.runtime.backup.Manifest;
import dev.perdure.runtime.backup.Progress;
import dev.perdure.runtime.backup.Pruning;
import dev.perdure.runtime.backup.Repository;
import dev.perdure.runtime.backup.Restoration;
import dev.perdure.runtime.store.Snapshots;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What backups refuse, and what they leave behind when they do not come to their end. */
class BackupRefusalsTest {

  private static final long FAST = 1L << 40;
  private static final long NEVER_DONE = 1;

  @TempDir Path directory;

  private Path repository;
  private RunningNode node;

  @BeforeEach
  void openNode() throws IOException {
    repository = directory.resolve("backups");
    node = RunningNode.open(Files.createDirectory(directory.resolve("data")));
    for (int i = 0; i < 50; i++) {
      node.run("w" + i, new Deposit(1), "k");
    }
  }

  @AfterEach
  void closeNode() {
    node.close();
  }

  private Backups backups() {
    return node.node().backups();
  }

  private Backups.Status run(Path to) {
    backups().start(new Backups.Request(to, true, FAST));
    node.until(30, () -> !backups().status().running());
    return backups().status();
  }

  private Manifest made() {
    Backups.Status status = run(repository);
    assertThat(status.problem()).isEmpty();
    assertThat(status.made()).isNotNull();
    return status.made();
  }

  private Path manifestOf(String id) {
    return repository.resolve("backups").resolve(id + ".manifest");
  }

  private void restore(Manifest manifest, Path to) {
    try {
      new Restoration(Repository.open(repository), manifest, new Progress())
          .to(to, 0, Entropy.system());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void writesToNoDirectoryThatIsSomethingElse() throws IOException {
    Path foreign = Files.createDirectory(directory.resolve("foreign"));
    Files.writeString(foreign.resolve("letter"), "dear");
    assertThat(run(foreign).problem()).contains("is not a directory of backups");
    assertThat(foreign).isDirectoryContaining(one -> one.endsWith("letter"));
    assertThat(run(directory.resolve("no/where")).problem()).contains("does not exist");

    for (Path wrong :
        List.of(
            Path.of("relative"),
            directory,
            directory.resolve("data"),
            directory.resolve("data/backups"),
            directory.resolve("x/../data/backups"))) {
      assertThatThrownBy(() -> backups().start(new Backups.Request(wrong, false, FAST)))
          .isInstanceOf(BackupException.class);
    }
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("data"));
    assertThatThrownBy(
            () -> backups().start(new Backups.Request(link.resolve("backups"), false, FAST)))
        .isInstanceOf(BackupException.class)
        .hasMessageContaining("are one in the other");
  }

  @Test
  void makesOneBackupAtATimeAndNothingOfOneThatIsEnded() throws IOException {
    backups().start(new Backups.Request(repository, false, NEVER_DONE));
    node.until(() -> backups().status().bytes() > 0);
    assertThatThrownBy(() -> backups().start(new Backups.Request(repository, false, FAST)))
        .isInstanceOf(BackupException.class)
        .hasMessageContaining("being made already");
    assertThat(text(node.run("w0", new Deposit(5), "meanwhile"))).isEqualTo("{\"balance\":6}@2");

    backups().cancel();
    node.until(() -> !backups().status().running());
    assertThat(backups().status().problem()).contains("cancelled");
    backups().start(new Backups.Request(repository, false, NEVER_DONE));
    node.until(() -> backups().status().bytes() > 0);
    node.close(); // it does not wait for what is never done
    assertThat(Repository.open(repository).list()).isEmpty();

    // As if the process had been killed.
    Path part = Files.createDirectories(repository.resolve("unfinished")).resolve("part-1");
    Files.writeString(part, "half");
    Files.writeString(repository.resolve("unfinished/manifest"), "half");
    node = RunningNode.open(directory.resolve("data"));
    Manifest made = made();
    assertThat(repository.resolve("unfinished")).doesNotExist();
    assertThat(directory.resolve("data/shards/0/snapshots"))
        .isDirectoryNotContaining(one -> one.getFileName().toString().startsWith("kept-"));
    assertThat(new Inspection(Repository.open(repository), new Progress()).verify(made.id()))
        .allMatch(Inspection.Checked::holds);
  }

  @Test
  void leavesTwoNodesNoRepositoryAtTheSameTime() throws IOException {
    Path data = Files.createDirectory(directory.resolve("other"));
    try (RunningNode other = RunningNode.open(data)) {
      other.node().backups().start(new Backups.Request(repository, false, NEVER_DONE));
      other.until(() -> other.node().backups().status().bytes() > 0);
      assertThat(run(repository).problem()).contains("is being written by another backup");
      assertThatThrownBy(() -> Pruning.keepNewest(Repository.open(repository), 1))
          .isInstanceOf(BackupException.class);
    }
  }

  @Test
  void holdsBackupsOfOneCluster() throws IOException {
    Manifest mine = made();
    Path data = Files.createDirectory(directory.resolve("other"));
    Path elsewhere = directory.resolve("elsewhere");
    try (RunningNode other = RunningNode.open(data)) {
      other.run("w", new Deposit(1), "k");
      for (Path to : List.of(repository, elsewhere)) {
        other.node().backups().start(new Backups.Request(to, false, FAST));
        other.until(30, () -> !other.node().backups().status().running());
        assertThat(other.node().backups().status().problem())
            .contains(to.equals(repository) ? "holds backups of cluster " + mine.cluster() : "");
      }
    }
    assertThat(Repository.open(repository).list()).hasSize(1);

    // As somebody may have copied them together.
    Manifest foreign = Repository.open(elsewhere).newest();
    byte[] theirs = Files.readAllBytes(elsewhere.resolve("backups/" + foreign.id() + ".manifest"));
    String name = "x" + foreign.id().substring(1);
    Files.write(manifestOf(name), sealed(replaced(theirs, foreign.id(), name)));
    assertThat(Repository.open(repository).manifest(name).cluster()).isEqualTo(foreign.cluster());
    assertThatThrownBy(() -> Repository.open(repository).newest())
        .isInstanceOf(BackupException.class)
        .hasMessageContaining("of several clusters");
    assertThatThrownBy(() -> Pruning.keepNewest(Repository.open(repository), 1))
        .isInstanceOf(BackupException.class)
        .hasMessageContaining("of several clusters");
    assertThat(run(repository).problem())
        .contains("holds backups of cluster " + foreign.cluster(), "name another one");
  }

  @Test
  void takesTheLastOneForTheNewestWhateverTheClockSays() throws IOException {
    Manifest before = made();
    // The clock was an hour ahead then.
    long ahead = before.micros() + 3_600_000_000L;
    byte[] moved =
        replaced(
            Files.readAllBytes(manifestOf(before.id())), varint(before.micros()), varint(ahead));
    Files.write(manifestOf(before.id()), sealed(moved));
    assertThat(Repository.open(repository).newest().micros()).isEqualTo(ahead);
    Manifest after = made();
    assertThat(after.micros()).isGreaterThan(ahead);
    assertThat(Repository.open(repository).newest().id()).isEqualTo(after.id());
    Pruning.keepNewest(Repository.open(repository), 1);
    assertThat(Repository.open(repository).list())
        .singleElement()
        .satisfies(one -> assertThat(one.id()).isEqualTo(after.id()));
  }

  private static String varint(long number) {
    return new String(new ByteWriter(8).varint(number).toBytes(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void tellsOneBackupFromAnother() {
    assertThat(backups().status().id()).isZero();
    Backups.Status first = backups().start(new Backups.Request(repository, true, FAST));
    node.until(30, () -> !backups().status().running());
    assertThat(backups().status().id()).isEqualTo(first.id()).isPositive();
    Backups.Status second = backups().start(new Backups.Request(repository, true, FAST));
    assertThat(second.id()).isGreaterThan(first.id());
  }

  @Test
  void verifiesTheOthersWhenOneCannotBeRead() throws IOException {
    Manifest good = made();
    byte[] newer = Files.readAllBytes(manifestOf(good.id()));
    newer[0] = 2;
    Files.write(manifestOf("newer"), sealed(newer));
    Inspection inspection = new Inspection(Repository.open(repository), new Progress());
    assertThat(inspection.verify("newer"))
        .singleElement()
        .satisfies(one -> assertThat(one.problem()).contains("has format 2, this version reads 1"));
    List<Inspection.Checked> checked = inspection.verify(good.id());
    assertThat(checked).allMatch(Inspection.Checked::holds).hasSize(2);
    // What held once is not read for another backup that has the same.
    Snapshots.delete(repository.resolve("files"));
    assertThat(inspection.verify(good.id())).isEqualTo(checked);
    assertThat(new Inspection(Repository.open(repository), new Progress()).verify(good.id()))
        .noneMatch(Inspection.Checked::holds);
  }

  @Test
  void leavesARestoredDirectoryToItsNode() throws IOException {
    Path to = directory.resolve("restored");
    restore(made(), to);
    assertThat(to.resolve("restore.lock")).doesNotExist();
    // A restore that waited for the lock of the one that has just ended.
    DataDirectory restored = DataDirectory.existing(to);
    assertThatThrownBy(restored::clear)
        .isInstanceOf(StartException.class)
        .hasMessageContaining("was made by another restore meanwhile");
    assertThat(to.resolve("shards/0/state")).isNotEmptyDirectory();
  }

  @Test
  void endsBeforeTheDiskOfTheNodeIsFull() throws IOException {
    node.close();
    long free = Files.getFileStore(directory).getUsableSpace();
    // Writes go on with what is left now; a backup would come too near to the bound.
    Limits limits = Limits.defaults().withDiskFreeBytesMin(free / 10 * 9);
    node =
        RunningNode.open(
            NodeOptions.of(directory.resolve("data")).withLimits(limits), new Wallet.Bundle());
    assertThat(run(repository).problem())
        .contains("bytes left", "kept free for the node's data", "another disk");
    assertThat(Repository.open(repository).list()).isEmpty();
    assertThat(text(node.run("w0", new Deposit(5), "still"))).isEqualTo("{\"balance\":6}@2");
  }

  @Test
  void refusesManifestsThatAreDamagedOrNewer() throws IOException {
    Manifest made = made();
    byte[] good = Files.readAllBytes(manifestOf(made.id()));

    byte[] flipped = good.clone();
    flipped[good.length / 2] ^= 4;
    Files.write(manifestOf(made.id()), flipped);
    assertUnreadable(made.id(), CorruptionException.class, "checksum");
    assertThatThrownBy(() -> Pruning.keepNewest(Repository.open(repository), 1))
        .isInstanceOf(BackupException.class);

    Files.write(manifestOf(made.id()), Arrays.copyOf(good, good.length / 3));
    assertUnreadable(made.id(), CorruptionException.class, "checksum");

    byte[] newer = good.clone();
    newer[0] = 2;
    Files.write(manifestOf(made.id()), sealed(newer));
    assertUnreadable(made.id(), BackupException.class, "has format 2, this version reads 1");

    Files.write(manifestOf("other"), good);
    assertUnreadable("other", CorruptionException.class, "is that of backup " + made.id());
    assertThatThrownBy(() -> Repository.open(repository).newest())
        .hasMessageContaining("the newest backup is not known");
    assertThatThrownBy(() -> Repository.open(repository).manifest("../../etc/passwd"))
        .isInstanceOf(BackupException.class);
  }

  private void assertUnreadable(String id, Class<? extends Exception> how, String message) {
    Repository from = Repository.open(repository);
    assertThatThrownBy(() -> from.manifest(id)).isInstanceOf(how).hasMessageContaining(message);
    assertThat(from.list())
        .filteredOn(one -> one.id().equals(id))
        .singleElement()
        .satisfies(one -> assertThat(one.problem()).contains(message));
  }

  @Test
  void restoresNothingOutsideOfItsDirectory() throws IOException {
    Manifest made = made();
    byte[] good = Files.readAllBytes(manifestOf(made.id()));
    // Of the same length, so that the manifest stays one.
    Files.write(manifestOf(made.id()), sealed(replaced(good, "CURRENT", "../EVIL")));
    assertUnreadable(made.id(), CorruptionException.class, "names a file '../EVIL'");
  }

  @Test
  void restoresNoFormatThatThisVersionDoesNotKnow() throws IOException {
    Manifest made = made();
    byte[] good = Files.readAllBytes(manifestOf(made.id()));
    assertThatThrownBy(
            () -> {
              Files.write(manifestOf(made.id()), sealed(replaced(good, "command", "cammond")));
              restore(Repository.open(repository).newest(), directory.resolve("never"));
            })
        .isInstanceOf(BackupException.class)
        .hasMessageContaining("holds 'cammond' in format 1, this version reads none");
    assertThat(directory.resolve("never")).doesNotExist();
  }

  @Test
  void restoresIntoNothingThatIsThereAlready() throws IOException {
    Manifest made = made();
    Path foreign = Files.createDirectory(directory.resolve("foreign"));
    Files.writeString(foreign.resolve(".hidden"), "mine");
    for (Path there : List.of(foreign, directory.resolve("data"))) {
      assertThatThrownBy(() -> restore(made, there))
          .isInstanceOf(BackupException.class)
          .hasMessageContaining("is not empty");
    }
    assertThat(foreign).isDirectoryContaining(one -> one.endsWith(".hidden"));

    // What an interrupted restore left is begun anew.
    Path again = directory.resolve("again");
    Path content;
    try (Stream<Path> all = Files.walk(repository.resolve("files"))) {
      content = all.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
    byte[] whole = Files.readAllBytes(content);
    Files.write(content, new byte[whole.length]);
    assertThatThrownBy(() -> restore(made, again)).isInstanceOf(CorruptionException.class);
    assertThatThrownBy(() -> RunningNode.open(again)).isInstanceOf(StartException.class);
    Files.write(content, whole);
    restore(made, again);
    try (RunningNode restored = RunningNode.open(again)) {
      assertThat(text(restored.read("w3"))).isEqualTo("{\"balance\":1}@1");
    }
  }

  @Test
  void keepsWhatAnotherBackupNeeds() throws IOException {
    made();
    node.run("w0", new Deposit(1), "more");
    made();
    node.run("w0", new Deposit(1), "and more");
    Manifest newest = made();
    Files.writeString(
        Files.createDirectories(repository.resolve("files/00")).resolve("0".repeat(64)), "orphan");
    Pruning.Pruned pruned = Pruning.keepNewest(Repository.open(repository), 1);
    assertThat(pruned.removed()).hasSize(2);
    assertThat(pruned.freedBytes()).isGreaterThan("orphan".length());
    assertThat(Repository.open(repository).list())
        .singleElement()
        .satisfies(one -> assertThat(one.id()).isEqualTo(newest.id()));
    assertThat(new Inspection(Repository.open(repository), new Progress()).verify(newest.id()))
        .allMatch(Inspection.Checked::holds);
  }

  /** With the checksum that belongs to it. */
  private static byte[] sealed(byte[] manifest) {
    ByteWriter out = new ByteWriter(manifest.length);
    return out.raw(manifest, 0, manifest.length - 4).checksumFrom(0).toBytes();
  }

  private static byte[] replaced(byte[] bytes, String old, String now) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    assertThat(text).contains(old);
    return text.replace(old, now).getBytes(StandardCharsets.ISO_8859_1);
  }
}
