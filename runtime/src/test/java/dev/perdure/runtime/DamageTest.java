package dev.perdure.runtime;

import static dev.perdure.runtime.RunningNode.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.runtime.Wallet.Deposit;
import dev.perdure.runtime.node.Digests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files of the store and its snapshots: found, named, never served. */
class DamageTest {

  private static final int COMMANDS = 400;

  @TempDir Path directory;
  private long events;

  @BeforeEach
  void fill() {
    Limits limits = Limits.defaults().withSnapshotBytes(20_000);
    try (RunningNode node =
        RunningNode.open(NodeOptions.of(directory).withLimits(limits), new Wallet.Bundle())) {
      for (int i = 0; i < COMMANDS; i++) {
        node.run("acct-" + i % 7, new Deposit(1), "op-" + i);
      }
      node.writeUntilSnapshots(2);
      events = node.node().digests().served().events();
    }
  }

  @Test
  void rebuildsAStoreThatLostAFileFromTheSnapshotAndTheJournal() throws IOException {
    for (Path file : files("state", ".sst")) {
      Files.delete(file);
    }
    try (RunningNode node = RunningNode.open(directory)) {
      expectEverything(node);
    }
  }

  @Test
  void rebuildsAStoreFromTheJournalAfterItsDirectoryWasTruncated() throws IOException {
    for (Path file : files("state", "CURRENT")) {
      Files.write(file, new byte[0]);
    }
    try (RunningNode node = RunningNode.open(directory)) {
      expectEverything(node);
    }
  }

  @Test
  void neverServesABlockThatChangedOnDisk() throws IOException {
    for (Path file : files("state", ".sst")) {
      flipMiddle(file);
    }
    Throwable refusal = null;
    try (RunningNode node = RunningNode.unready(NodeOptions.of(directory), new Wallet.Bundle())) {
      node.until(
          () ->
              node.shard().state() == NodeHealth.State.READY
                  || node.shard().state() == NodeHealth.State.FAILED);
      for (int i = 0; i < 7; i++) {
        String answer = text(node.read("acct-" + i));
        assertThat(answer).matches("(\\{\"balance\":5[78]\\}@5[78])|read-only|no-leader");
      }
      if (node.shard().state() == NodeHealth.State.FAILED) {
        assertThat(node.shard().reason()).contains("damaged");
        refusal = new IllegalStateException();
      }
    } catch (StartException e) {
      refusal = e;
    }
    assertThat(refusal).as("the damage was noticed").isNotNull();
    // The snapshot's files are the same files on disk, so a lone node has nothing left to start
    // from.
    assertThatThrownBy(() -> RunningNode.open(directory))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("restore a backup");
  }

  @Test
  void namesTheDamagedFileOfASnapshot() throws IOException {
    for (Path file : files("state", ".sst")) {
      Files.delete(file);
    }
    for (Path file : files("snapshots", ".sst")) {
      flipMiddle(file);
    }
    assertThatThrownBy(() -> RunningNode.open(directory))
        .isInstanceOf(StartException.class)
        .hasMessageContaining(".sst is damaged");
  }

  @Test
  void refusesAStoreWhoseJournalIsGone() throws IOException {
    try (Stream<Path> all = Files.walk(directory.resolve("journal"))) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
    assertThatThrownBy(() -> RunningNode.open(directory))
        .hasMessageContaining("The journal of shard 0 is damaged and is not started")
        .hasMessageContaining("the log is gone");
  }

  private void expectEverything(RunningNode node) {
    for (int i = 0; i < COMMANDS; i++) {
      assertThat(text(node.run("acct-" + i % 7, new Deposit(1), "op-" + i))).endsWith("replayed");
    }
    Digests.Digest digest = node.node().digests().served();
    assertThat(digest.events()).isEqualTo(events);
    assertThat(digest.state()).isEqualTo(node.node().digests().genesis().state());
  }

  private List<Path> files(String folder, String ending) throws IOException {
    try (Stream<Path> all = Files.walk(directory.resolve("shards/0").resolve(folder))) {
      return all.filter(file -> file.toString().endsWith(ending)).toList();
    }
  }

  private static void flipMiddle(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 4] ^= 0x10;
    Files.write(file, bytes);
  }
}
