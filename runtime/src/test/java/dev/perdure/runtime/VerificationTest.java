package dev.perdure.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.Wallet.Deposit;
import dev.perdure.runtime.inspect.JournalListing;
import dev.perdure.runtime.inspect.Verification;
import dev.perdure.runtime.type.TypeRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verification of a data directory that no node has open. */
class VerificationTest {

  @TempDir Path directory;

  @BeforeEach
  void fill() {
    Limits limits = Limits.defaults().withSnapshotBytes(20_000).withCheckpointEvery(8);
    try (RunningNode node =
        RunningNode.open(NodeOptions.of(directory).withLimits(limits), new Wallet.Bundle())) {
      for (int i = 0; i < 300; i++) {
        node.run("acct-" + i % 7, new Deposit(1), "op-" + i);
      }
      node.writeUntilSnapshots(2);
      for (int i = 300; i < 320; i++) {
        node.run("acct-" + i % 7, new Deposit(1), "op-" + i);
      }
    }
  }

  @Test
  void findsNothingWrongWithWhatANodeWrote() {
    assertThat(verify()).allMatch(Verification.Checked::holds);
    assertThat(verify().stream().map(Verification.Checked::what))
        .contains("journal", "entries", "store", "slot-hashes", "refold");
  }

  @Test
  void listsTheEntriesOfTheJournal() {
    List<JournalListing.Line> lines = new ArrayList<>();
    long count =
        JournalListing.list(
            DataDirectory.existing(directory),
            0,
            new JournalListing.Range(0, Long.MAX_VALUE),
            lines::add);
    assertThat(count).isEqualTo(lines.size());
    assertThat(lines.getLast().records().getFirst())
        .startsWith("command default:wallet/acct-4 version")
        .contains("operation op-319 accepted events deposited");
  }

  @Test
  void namesAFlippedBitInTheStore() throws IOException {
    List<String> problems = new ArrayList<>();
    try (Stream<Path> all = Files.walk(directory.resolve("shards/0/state"))) {
      for (Path file : all.filter(one -> one.toString().endsWith(".sst")).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 4] ^= 1;
        Files.write(file, bytes);
      }
    }
    verify().stream()
        .filter(one -> !one.holds())
        .forEach(one -> problems.add(one.what() + ": " + one.problem()));
    assertThat(problems).anyMatch(problem -> problem.startsWith("store: state store"));
  }

  private List<Verification.Checked> verify() {
    return Verification.run(
        DataDirectory.existing(directory), new TypeRegistry(List.of(new Wallet.Bundle())));
  }
}
