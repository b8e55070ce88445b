package dev.perdure.lab.cluster;

import dev.perdure.lab.cluster.host.LabException;
import dev.perdure.lab.cluster.load.History;
import dev.perdure.lab.cluster.net.Network;
import dev.perdure.lab.cluster.process.FakeTimeLibrary;
import dev.perdure.lab.cluster.process.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs combinations one after the other, each on a cluster of its own. */
public final class ClusterProof implements AutoCloseable {

  private final ProofSettings settings;
  private volatile String phase = "";
  private volatile @Nullable Cluster current;

  /** A proof; needs {@link #unavailable} to be empty. */
  public ClusterProof(ProofSettings settings) {
    this.settings = settings;
  }

  /** Why no cluster can be examined here, or empty. */
  public static Optional<String> unavailable() {
    return Network.unavailable();
  }

  /** What it is doing, for people; may be asked by any thread. */
  public String phase() {
    return phase;
  }

  /**
   * Runs combinations.
   *
   * @param done is told of each when it has ended
   * @throws LabException if nodes cannot even be started
   */
  public ProofReport run(List<Combination> combinations, Consumer<CombinationReport> done) {
    List<CombinationReport> reports = new ArrayList<>();
    for (Combination combination : combinations) {
      phase = "%s (%d of %d)".formatted(combination, reports.size() + 1, combinations.size());
      CombinationReport report = one(combination);
      reports.add(report);
      done.accept(report);
    }
    return ProofReport.of(settings.nodes(), reports);
  }

  private CombinationReport one(Combination combination) {
    Optional<String> missing = missing(combination);
    if (missing.isPresent()) {
      return CombinationReport.skipped(combination, settings.seed(), missing.get());
    }
    Path folder = settings.folder().resolve(combination.word());
    make(folder);
    CombinationReport report;
    ClusterSettings nodes =
        new ClusterSettings(
            settings.command(),
            settings.nodes(),
            settings.joined(),
            settings.shards() == 0 ? settings.nodes() : settings.shards(),
            folder,
            combination.needsDisks() && SmallDisk.unavailable().isEmpty(),
            combination.needsClocks() && FakeTimeLibrary.unavailable().isEmpty());
    try (Cluster cluster = Cluster.start(nodes);
        History history = new History(folder.resolve("history.ndjson"))) {
      current = cluster;
      report = new CombinationRun(combination, settings, cluster, history).run(folder);
    }
    if (report.held()) {
      deleteData(folder);
    }
    return report;
  }

  /** A mixture goes without what is not there. */
  private Optional<String> missing(Combination combination) {
    if (settings.nodes() < 2 && combination.needsPeers()) {
      return Optional.of("there is one node only");
    }
    if (combination == Combination.MIX) {
      return Optional.empty();
    }
    Optional<String> disks = combination.needsDisks() ? SmallDisk.unavailable() : Optional.empty();
    return disks.isEmpty() && combination.needsClocks() ? FakeTimeLibrary.unavailable() : disks;
  }

  private static void make(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new LabException(folder + " cannot be made: " + e.getMessage(), e);
    }
  }

  /** History and logs are kept; the nodes' data only where something is to be found out. */
  private void deleteData(Path folder) {
    for (int node = 1; node <= settings.nodes(); node++) {
      try (Stream<Path> all = Files.walk(folder.resolve("n" + node).resolve("disk"))) {
        for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.deleteIfExists(path);
        }
      } catch (IOException e) {
        throw new LabException("the data of n" + node + " cannot be deleted: " + e, e);
      }
    }
  }

  /** Ends what is under way: its nodes are killed, and it fails. */
  @Override
  public void close() {
    Cluster cluster = current;
    if (cluster != null) {
      cluster.close();
    }
  }
}
