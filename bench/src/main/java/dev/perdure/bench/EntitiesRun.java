package dev.perdure.bench;

import dev.perdure.bench.disk.DiskLimit;
import dev.perdure.bench.disk.DiskMeasurement;
import dev.perdure.bench.load.DirectoryTree;
import dev.perdure.bench.load.Harness;
import dev.perdure.bench.load.Target;
import dev.perdure.bench.load.Unavailable;
import dev.perdure.bench.postgres.PostgresServer;
import dev.perdure.bench.report.Machine;
import dev.perdure.bench.report.Outcome;
import dev.perdure.bench.report.Outcome.Failed;
import dev.perdure.bench.report.Outcome.Measured;
import dev.perdure.bench.report.Outcome.Skipped;
import dev.perdure.bench.report.Report;
import dev.perdure.kernel.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One run of the benchmark, from the first target to the report. */
public final class EntitiesRun {

  /** Long enough for some thousand forces, short because there are six of these. */
  private static final Duration DISK_TIME_MAX = Duration.ofSeconds(5);

  private final EntitiesPlan plan;
  private final Consumer<String> progress;

  private EntitiesRun(EntitiesPlan plan, Consumer<String> progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /**
   * Measures everything the plan names. A target that is not available or fails is in the report as
   * such, and the others are measured all the same.
   *
   * @param progress is told what is being done, one line each
   * @throws IOException when the plan's directory cannot be used
   * @throws InterruptedException when interrupted; what was started is stopped
   */
  public static Report run(EntitiesPlan plan, Consumer<String> progress)
      throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory(plan.directory(), "perdure-bench-");
    // PostgreSQL may run as another user, who has to get through to a directory of its own.
    directory.toFile().setExecutable(true, false);
    try {
      return new EntitiesRun(plan, progress).run(directory);
    } finally {
      DirectoryTree.delete(directory);
    }
  }

  private Report run(Path directory) throws IOException, InterruptedException {
    List<Outcome> outcomes = new ArrayList<>();
    for (Contender contender : Contender.ALL) {
      if (plan.targets().contains(contender.name())) {
        outcomes.add(measure(contender, directory));
      }
    }
    List<DiskMeasurement> disk = List.of();
    if (plan.targets().contains(EntitiesPlan.DISK)) {
      progress.accept("disk: appending and forcing");
      Duration measured = plan.load().measured();
      disk =
          DiskLimit.measure(
              directory, measured.compareTo(DISK_TIME_MAX) < 0 ? measured : DISK_TIME_MAX);
    }
    return new Report(
        today(),
        plan.command(),
        Machine.here(directory, postgresql()),
        plan.workload(),
        outcomes,
        disk);
  }

  private Outcome measure(Contender contender, Path parent)
      throws IOException, InterruptedException {
    Path directory = Files.createDirectory(parent.resolve(contender.name()));
    directory.toFile().setExecutable(true, false);
    progress.accept(contender.name() + ": starting");
    try (Target target = contender.opening().open(directory)) {
      return new Measured(
          contender.name(),
          target.durability(),
          new Harness(plan.load(), progress).measure(target));
    } catch (Unavailable e) {
      return new Skipped(contender.name(), String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      return new Failed(contender.name(), e.toString());
    } finally {
      DirectoryTree.delete(directory);
    }
  }

  private static String postgresql() throws IOException, InterruptedException {
    try {
      return PostgresServer.version();
    } catch (Unavailable e) {
      return "none";
    }
  }

  private static String today() {
    long micros = Clock.system().wallMicros();
    Instant now = Instant.ofEpochSecond(TimeUnit.MICROSECONDS.toSeconds(micros));
    return now.atOffset(ZoneOffset.UTC).toLocalDate().toString();
  }
}
