package dev.perdure.runtime;

import static dev.perdure.runtime.Holds.hold;
import static dev.perdure.runtime.Holds.number;
import static dev.perdure.runtime.Holds.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.inspect.Verification;
import dev.perdure.runtime.type.TypeRegistry;
import dev.perdure.runtime.wake.Wakes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Entities that want to be woken, on a real node. */
class WakeTest {

  private static final long MS = 1_000;
  private static final long HOUR = 3_600_000_000L;

  @TempDir Path directory;

  private RunningNode open() {
    return open(NodeOptions.of(directory));
  }

  private static RunningNode open(NodeOptions options) {
    return RunningNode.open(options, new Hold.Bundle());
  }

  private static WakeFigures wakes(RunningNode node) {
    return node.node().figures().getFirst().wakes();
  }

  private static List<History.Event> history(RunningNode node, String id) {
    return ((History.Page) node.node().entities().history(hold(id), 0, 100)).events();
  }

  private List<Verification.Checked> verify() {
    return Verification.run(
        DataDirectory.existing(directory), new TypeRegistry(List.of(new Hold.Bundle())));
  }

  @Test
  void isWokenOnceWhenItsTimeHasComeAndNotBefore() {
    try (RunningNode node = open()) {
      run(node, "a", new Hold.For(300 * MS));
      long until = number(node, "a", "until");
      node.until(() -> number(node, "a", "ended") == 1);

      assertThat(number(node, "a", "endedAt")).isBetween(until, until + 250 * MS);
      History.Event last = history(node, "a").getLast();
      assertThat(last.operationId()).isEqualTo("wake:" + until + ":1");
      assertThat(last.principal()).isEqualTo("system:wake");
      run(node, "b", new Hold.For(1));
      node.until(() -> number(node, "b", "ended") == 1);
      assertThat(number(node, "a", "ended")).isEqualTo(1);
      assertThat(wakes(node).pending()).isZero();
      assertThat(wakes(node).fired()).isEqualTo(2);
      assertThat(wakes(node).lateMicrosMax()).isLessThan(250 * MS);
    }
    assertThat(verify()).allMatch(Verification.Checked::holds);
  }

  @Test
  void whatIsNotWantedAnyMoreDoesNotCome() {
    try (RunningNode node = open()) {
      run(node, "a", new Hold.For(200 * MS));
      run(node, "a", new Hold.Release());
      run(node, "b", new Hold.For(100 * MS));
      run(node, "b", new Hold.For(HOUR));
      run(node, "c", new Hold.Until(-1));
      run(node, "d", new Hold.For(400 * MS));
      node.until(() -> number(node, "d", "ended") == 1);

      assertThat(List.of(number(node, "a", "ended"), number(node, "b", "ended"))).containsOnly(0L);
      assertThat(wakes(node).pending()).isEqualTo(2);
      assertThat(wakes(node).fired()).isEqualTo(1);
      assertThat(all(node)).containsExactlyInAnyOrder("b", "c");
    }
    assertThat(verify()).allMatch(Verification.Checked::holds);
  }

  /** Reads page by page. */
  private static List<String> all(RunningNode node) {
    List<String> ids = new ArrayList<>();
    byte[] next = {};
    do {
      Wakes.Page page = node.node().wakes().unfinished(0, next, 1);
      page.pending().forEach(one -> ids.add(one.entity().id()));
      next = page.next();
    } while (next.length > 0);
    return ids;
  }

  @Test
  void restartForgetsNoWakeAndRunsWhatBecameDueMeanwhile() {
    Limits limits = Limits.defaults().withSnapshotBytes(20_000).withCheckpointEvery(2);
    NodeOptions options = NodeOptions.of(directory).withLimits(limits);
    int count = 300;
    try (RunningNode node = open(options)) {
      for (int i = 0; i < count; i++) {
        run(node, "h" + i, new Hold.For(i % 3 == 0 ? HOUR : 1_500 * MS));
      }
      assertThat(wakes(node).pending() + wakes(node).fired()).isEqualTo(count);
    }
    try (RunningNode node = open(options)) {
      node.until(() -> wakes(node).pending() == count / 3);
      for (int i = 0; i < count; i++) {
        assertThat(number(node, "h" + i, "ended")).as("h%d", i).isEqualTo(i % 3 == 0 ? 0 : 1);
      }
    }
    assertThat(verify()).allMatch(Verification.Checked::holds);
  }

  @Test
  void wakeThatFailsIsTriedAgainLaterAndHoldsNobodyUp() {
    try (RunningNode node = open()) {
      for (int i = 0; i < 300; i++) {
        run(node, "bad" + i, new Hold.Break("throw"));
        run(node, "bad" + i, new Hold.Until(1));
      }
      run(node, "good", new Hold.For(1));
      node.until(5, () -> number(node, "good", "ended") == 1);
      node.until(() -> wakes(node).failed() >= 600);
      assertThat(wakes(node).pending()).isEqualTo(300);

      for (int i = 0; i < 300; i++) {
        run(node, "bad" + i, new Hold.Break(""));
      }
      node.until(() -> wakes(node).pending() == 0);
      assertThat(number(node, "bad7", "ended")).isEqualTo(1);
    }
    assertThat(verify()).allMatch(Verification.Checked::holds);
  }

  @Test
  void wakeThatDecidesNothingIsOverUntilAnotherTimeIsNamed() {
    try (RunningNode node = open()) {
      for (String how : List.of("nothing", "reject")) {
        run(node, how, new Hold.Break(how));
        run(node, how, new Hold.For(1));
      }
      node.until(() -> wakes(node).fired() == 2);
      assertThat(wakes(node).pending()).isZero();

      run(node, "nothing", new Hold.Break(""));
      run(node, "later", new Hold.For(100 * MS));
      node.until(() -> number(node, "later", "ended") == 1);
      assertThat(number(node, "nothing", "ended")).isZero();
      run(node, "nothing", new Hold.For(1));
      node.until(() -> number(node, "nothing", "ended") == 1);
    }
    assertThat(verify()).allMatch(Verification.Checked::holds);
  }

  @Test
  void belowItsLevelNothingIsWrittenAndTheNextCommandAfterItTells() {
    Build older = new Build("0.9", 1, Build.WAKES - 1);
    try (RunningNode node = open(NodeOptions.of(directory).withBuild(older))) {
      run(node, "a", new Hold.Until(1));
      assertThat(wakes(node).pending()).isZero();
    }
    try (RunningNode node = open()) {
      assertThat(node.node().level().now()).isEqualTo(Build.WAKES - 1);
      node.node().level().raise(Build.WAKES);
      run(node, "a", new Hold.Break(""));
      node.until(() -> number(node, "a", "ended") == 1);
    }
    assertThat(verify()).allMatch(Verification.Checked::holds);
  }
}
