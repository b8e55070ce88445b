package dev.perdure.runtime;

import static dev.perdure.runtime.RunningNode.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.kernel.CorruptionException;
import dev.perdure.kernel.Entropy;
import dev.perdure.runtime.Wallet.Ask;
import dev.perdure.runtime.Wallet.Deposit;
import dev.perdure.runtime.Wallet.Withdraw;
import dev.perdure.runtime.backup.Backups;
import dev.perdure.runtime.backup.Inspection;
import dev.perdure.runtime.backup.Manifest;
import dev.perdure.runtime.backup.Progress;
import dev.perdure.runtime.backup.Repository;
import dev.perdure.runtime.backup.Restoration;
import dev.perdure.runtime.inspect.Verification;
import dev.perdure.runtime.node.Digests;
import dev.perdure.runtime.type.TypeRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Backups of real nodes, and nodes on what was restored from them. */
class BackupTest {

  private static final int COMMANDS = 600;
  private static final long FAST = 1L << 40;

  @TempDir Path directory;

  private NodeOptions options(String name, int shards) {
    Path data = directory.resolve(name);
    try {
      Files.createDirectories(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Limits limits = Limits.defaults().withSnapshotBytes(20_000).withCheckpointEvery(8);
    return NodeOptions.of(data).withShards(shards).withLimits(limits);
  }

  private RunningNode open(String name, int shards) {
    return RunningNode.open(options(name, shards), new Wallet.Bundle());
  }

  private Path repository() {
    return directory.resolve("backups");
  }

  /** Deposits, refusals and questions, all under ids that are remembered. */
  private static void fill(RunningNode node, int from, int to) {
    for (int i = from; i < to; i++) {
      String wallet = "acct-" + i % 37;
      switch (i % 5) {
        case 3 -> node.run(wallet, new Withdraw(1_000_000), "op-" + i);
        case 4 -> node.run(wallet, new Ask(), "op-" + i);
        default -> node.run(wallet, new Deposit(1 + i % 3), "op-" + i);
      }
    }
  }

  private Backups.Status tryBackup(RunningNode node, boolean incremental) {
    node.node().backups().start(new Backups.Request(repository(), incremental, FAST));
    node.until(60, () -> !node.node().backups().status().running());
    return node.node().backups().status();
  }

  private Manifest backup(RunningNode node, boolean incremental) {
    Backups.Status status = tryBackup(node, incremental);
    assertThat(status.problem()).isEmpty();
    assertThat(status.made()).isNotNull();
    return status.made();
  }

  private Restoration.Restored restore(@Nullable String id, String name, int shards) {
    Repository from = Repository.open(repository());
    Manifest manifest = id == null ? from.newest() : from.manifest(id);
    try {
      return new Restoration(from, manifest, new Progress())
          .to(directory.resolve(name), shards, Entropy.system());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Inspection.Checked> verify(String id) {
    return new Inspection(Repository.open(repository()), new Progress()).verify(id);
  }

  private static long hash(RunningNode node) {
    return node.node().digests().served().facts();
  }

  @Test
  void restoresWhatWasBackedUpAndGoesOnFromThere() {
    Manifest full;
    Manifest next;
    Digests.Digest before;
    try (RunningNode node = open("data", 2)) {
      fill(node, 0, COMMANDS);
      full = backup(node, false);
      fill(node, COMMANDS, COMMANDS + 100);
      next = backup(node, true);
      before = node.node().digests().served();
    }
    // Small files of two shards may be the same.
    assertThat(full.added()).isBetween(full.bytes() / 2, full.bytes());
    assertThat(next.added()).isLessThan(next.bytes());
    assertThat(reused(full, next)).isPositive();
    assertThat(next.hash()).isEqualTo(before.facts()).isNotEqualTo(full.hash());
    assertThat(verify(full.id())).allMatch(Inspection.Checked::holds).hasSize(4);
    assertThat(verify(next.id())).allMatch(Inspection.Checked::holds);

    Restoration.Restored restored = restore(null, "restored", 0);
    assertThat(restored.backup()).isEqualTo(next.id());
    assertThat(restored.hash()).isEqualTo(String.format("%016x", next.hash()));
    assertThat(restored.cluster()).isNotEqualTo(full.cluster());
    try (RunningNode node = open("restored", 9)) {
      Digests.Digest after = node.node().digests().genesis();
      assertThat(after.facts()).isEqualTo(before.facts());
      assertThat(after.state()).isEqualTo(before.state());
      assertThat(after.entities()).isEqualTo(37);
      goesOn(node);
    }
    try (RunningNode node = open("restored", 9)) {
      assertThat(text(node.run("acct-0", new Deposit(7), "new"))).endsWith(" replayed");
    }
    assertThat(
            Verification.run(
                DataDirectory.existing(directory.resolve("restored")),
                new TypeRegistry(List.of(new Wallet.Bundle()))))
        .allMatch(Verification.Checked::holds);
  }

  /** Bytes of a backup's tables that an earlier one had brought. */
  private static long reused(Manifest earlier, Manifest later) {
    List<String> had =
        earlier.shards().stream()
            .flatMap(one -> one.files().stream())
            .map(Manifest.File::sha256)
            .toList();
    return later.shards().stream()
        .flatMap(one -> one.files().stream())
        .filter(one -> one.name().endsWith(".sst") && had.contains(one.sha256()))
        .mapToLong(Manifest.File::bytes)
        .sum();
  }

  /** Answers every old operation as a repeat, and takes new ones. */
  private static void goesOn(RunningNode node) {
    for (int i = 0; i < COMMANDS; i++) {
      String wallet = "acct-" + i % 37;
      Outcome outcome =
          switch (i % 5) {
            case 3 -> node.run(wallet, new Withdraw(1_000_000), "op-" + i);
            case 4 -> node.run(wallet, new Ask(), "op-" + i);
            default -> node.run(wallet, new Deposit(1 + i % 3), "op-" + i);
          };
      assertThat(text(outcome)).as("operation %d", i).endsWith(" replayed");
    }
    long before = hash(node);
    assertThat(text(node.run("acct-0", new Deposit(7), "new"))).doesNotContain("replayed");
    assertThat(hash(node)).isNotEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({"1,4", "4,1", "3,2", "2,5"})
  void restoresIntoAnotherNumberOfShards(int from, int to) throws IOException {
    Digests.Digest before;
    try (RunningNode node = open("data", from)) {
      fill(node, 0, COMMANDS);
      backup(node, false);
      before = node.node().digests().served();
    }
    restore(null, "restored", to);
    assertThat(DataDirectory.existing(directory.resolve("restored")).shards()).isEqualTo(to);
    try (RunningNode node = open("restored", 1)) {
      assertThat(node.node().digests().served().state()).isEqualTo(before.state());
      assertThat(node.node().digests().genesis().state()).isEqualTo(before.state());
      goesOn(node);
      assertThat(tryBackup(node, true).problem()).contains("a directory is for one cluster");
      Files.move(repository(), directory.resolve("old"));
      backup(node, true);
    }
    assertThat(
            Verification.run(
                DataDirectory.existing(directory.resolve("restored")),
                new TypeRegistry(List.of(new Wallet.Bundle()))))
        .allMatch(Verification.Checked::holds);
    assertThat(verify(Repository.open(repository()).newest().id()))
        .allMatch(Inspection.Checked::holds);
  }

  @Test
  void holdsAllThatWasAcknowledgedBeforeItWasAskedFor() throws InterruptedException {
    AtomicInteger acknowledged = new AtomicInteger();
    AtomicBoolean stop = new AtomicBoolean();
    List<Integer> floors = new ArrayList<>();
    List<Manifest> made = new ArrayList<>();
    try (RunningNode node = open("data", 1)) {
      Thread writer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!stop.get()) {
                      node.run("busy", new Deposit(1), null);
                      acknowledged.incrementAndGet();
                    }
                  });
      for (int i = 0; i < 5; i++) {
        int seen = acknowledged.get();
        node.until(() -> acknowledged.get() > seen + 50);
        floors.add(acknowledged.get());
        made.add(backup(node, i > 0));
      }
      stop.set(true);
      writer.join();
    }
    for (int i = 0; i < made.size(); i++) {
      assertThat(verify(made.get(i).id())).allMatch(Inspection.Checked::holds);
      restore(made.get(i).id(), "restored-" + i, 0);
      try (RunningNode node = open("restored-" + i, 1)) {
        Outcome.Done read = (Outcome.Done) node.read("busy");
        assertThat(read.version()).isBetween((long) floors.get(i), (long) acknowledged.get());
      }
    }
  }

  @Test
  void namesTheFileThatIsDamagedAndDoesNotRestoreIt() throws IOException {
    Manifest made;
    try (RunningNode node = open("data", 1)) {
      fill(node, 0, 200);
      made = backup(node, false);
    }
    Manifest.File table =
        made.shards().getFirst().files().stream()
            .filter(one -> one.name().endsWith(".sst"))
            .findFirst()
            .orElseThrow();
    Path content =
        repository().resolve("files/" + table.sha256().substring(0, 2) + "/" + table.sha256());
    byte[] whole = Files.readAllBytes(content);
    byte[] flipped = whole.clone();
    flipped[flipped.length / 2] ^= 1;

    Files.write(content, flipped);
    assertDamaged(made, table, "its SHA-256 differs", "d1");
    Files.write(content, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertDamaged(made, table, "bytes instead of", "d2");
    Files.delete(content);
    assertDamaged(made, table, "is missing", "d3");
    Files.write(directory.resolve("elsewhere"), whole);
    Files.createSymbolicLink(content, directory.resolve("elsewhere"));
    assertDamaged(made, table, "is missing", "d4");

    // A full backup does not trust what is there, and mends it.
    Files.delete(content);
    Files.write(content, flipped);
    try (RunningNode node = open("data", 1)) {
      backup(node, false);
    }
    assertThat(verify(made.id())).allMatch(Inspection.Checked::holds);
  }

  private void assertDamaged(Manifest made, Manifest.File file, String how, String name) {
    assertThat(verify(made.id()))
        .filteredOn(one -> !one.holds())
        .singleElement()
        .satisfies(one -> assertThat(one.problem()).contains(file.sha256(), file.name(), how));
    for (int shards : new int[] {0, 3}) {
      assertThatThrownBy(() -> restore(made.id(), name, shards))
          .isInstanceOf(CorruptionException.class)
          .hasMessageContaining(how);
      assertThatThrownBy(() -> open(name, 1))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("holds a restore that did not end");
    }
  }
}
