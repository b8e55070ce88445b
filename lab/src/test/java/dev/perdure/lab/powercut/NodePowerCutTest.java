package dev.perdure.lab.powercut;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole node loses its power. More of the same: {@code -Dperdure.powercut.images=500}, and
 * another {@code -Dperdure.powercut.seed}.
 */
class NodePowerCutTest {

  private static final int LIVES = 5;
  private static final int DEPOSITS = 280;
  private static final int IMAGES = Integer.getInteger("perdure.powercut.images", 12);
  private static final long SEED = Long.getLong("perdure.powercut.seed", 1);

  @TempDir(factory = InMemory.class)
  Path directory;

  @BeforeEach
  void needsTheRecorder() {
    Subjects.assumeRecorder();
  }

  @Test
  void nodeKeepsWhatItAcknowledged() throws Exception {
    Trace trace = run(subject());
    assertThat(trace.marks()).hasSize(LIVES * DEPOSITS);
    assertThat(trace.syncs("shards/0/snapshots")).hasSizeGreaterThan(LIVES);
    assertThat(purges(trace)).as("log files purged").isNotEmpty();
    List<SweepReport.Finding> findings = new ArrayList<>();
    for (CrashModel model : CrashModel.values()) {
      CrashImages images = CrashImages.of(trace, model);
      long seed = SEED;
      for (long cut : images.cuts(IMAGES, SEED)) {
        findings.addAll(examine(images, cut, seed++));
      }
    }
    SweepReport report = new SweepReport(CrashModel.values().length * IMAGES, findings);
    assertThat(report.clean()).as(report::toString).isTrue();
  }

  @Test
  void nodeThatDoesNotSyncItsLogIsCaught() throws Exception {
    Trace trace = mutant("journal/*");
    assertThat(trace.syncs("journal/**")).isEmpty();
    // At the least by refusing a log that is damaged, or ends before the store.
    caught(trace, CrashModel.STRICT, "");
    caught(trace, CrashModel.ORDERED, "");
  }

  @Test
  void nodeThatDoesNotSyncItsStoreIsCaught() throws Exception {
    Trace trace = mutant("shards/*");
    assertThat(trace.syncs("shards/**")).isEmpty();
    assertThat(purges(trace)).as("log files purged").isNotEmpty();
    caught(trace, CrashModel.STRICT, "");
    caught(trace, CrashModel.ORDERED, "");
  }

  private ProcessBuilder subject() {
    return Subjects.java(NodeSubject.class, directory.resolve("root"), LIVES, DEPOSITS);
  }

  /**
   * The journal's mark of what is forced is mapped, and never forced: images hold it as it was when
   * the node opened.
   */
  private Trace run(ProcessBuilder subject) throws Exception {
    return Subjects.run(
        subject,
        directory,
        unseen ->
            unseen.matches("\"?journal/[^/]*/forced(\" mapped shared|: differs from byte).*"));
  }

  private Trace mutant(String unsynced) throws Exception {
    ProcessBuilder subject = subject();
    subject.environment().put(PowerCut.UNSYNCED_VARIABLE, unsynced);
    return run(subject);
  }

  private static List<String> purges(Trace trace) {
    List<String> purged = new ArrayList<>();
    for (Operation operation : trace.operations()) {
      if (operation instanceof Operation.Unlink unlink && unlink.path().contains("/log_")) {
        purged.add(unlink.path());
      }
    }
    return purged;
  }

  /** Some fate of a cut when all is acknowledged fails the check with such a message. */
  private void caught(Trace trace, CrashModel model, String message) throws Exception {
    CrashImages images = CrashImages.of(trace, model);
    long cut = trace.marks().getLast().sequence() + 1;
    List<SweepReport.Finding> others = new ArrayList<>();
    for (int seed = 0; seed < images.fates(); seed++) {
      for (SweepReport.Finding finding : examine(images, cut, seed)) {
        if (String.valueOf(finding.cause().getMessage()).contains(message)) {
          return;
        }
        others.add(finding);
      }
    }
    throw new AssertionError(
        "not caught (" + message + "): " + new SweepReport(images.fates(), others));
  }

  private List<SweepReport.Finding> examine(CrashImages images, long cut, long seed)
      throws Exception {
    Path at = directory.resolve("image");
    CrashImage image = images.build(cut, seed, at);
    try {
      new NodeCheck(LIVES * DEPOSITS).check(image);
      return List.of();
    } catch (Exception | AssertionError wrong) {
      return List.of(new SweepReport.Finding(image, wrong));
    } finally {
      Directories.delete(at);
    }
  }
}
