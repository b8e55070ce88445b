package dev.perdure.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.Sagas.SagaAnswer;
import dev.perdure.runtime.record.EntityAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many sagas of a tenant may be under way. */
class SagaQuotaTest {

  @TempDir Path directory;

  private RunningNode open() {
    Script script =
        new Script(
            (it, saga) -> saga.signal("go", String.class, Duration.ofDays(1)).orElse("nobody"));
    RunningNode opened =
        RunningNode.open(
            NodeOptions.of(directory).withShards(2).withSagasPerTenantMax(4),
            Transfers.bundle(script));
    opened.until(() -> opened.node().health().writes());
    return opened;
  }

  private static SagaAnswer start(RunningNode node, String tenant, String id) {
    return node.node()
        .sagas()
        .start(
            new EntityAddress(tenant, "script", id),
            SagaTest.json("{\"what\":\"x\"}"),
            node.context());
  }

  private static boolean refused(SagaAnswer answer) {
    return answer instanceof SagaAnswer.Failed no
        && no.problem().code() == ProblemCode.TOO_MANY_SAGAS;
  }

  @Test
  void oneMoreThanAllowedIsRefusedUntilOneEnds() {
    int[] more = {0};
    try (RunningNode node = open()) {
      for (int i = 0; i < 4; i++) {
        assertThat(start(node, "greedy", "s" + i)).isInstanceOf(SagaAnswer.Seen.class);
      }
      // It is counted on a thread of its own; until then one may come through.
      node.until(() -> refused(start(node, "greedy", "more" + more[0]++)));
      assertThat(((SagaAnswer.Failed) start(node, "greedy", "z")).problem().detail())
          .contains("tenant 'greedy' has")
          .contains("at most 4 are allowed");

      assertThat(start(node, "greedy", "s0")).isInstanceOf(SagaAnswer.Seen.class);
      assertThat(start(node, "modest", "s0")).isInstanceOf(SagaAnswer.Seen.class);
      SagaFigures figures = node.node().drivers().figures();
      assertThat(figures.begun()).isGreaterThanOrEqualTo(5);
      assertThat(figures.stalled()).isZero();
    }
    try (RunningNode node = open()) {
      // One that slipped through is there, and is never refused: another id each time.
      int[] after = {0};
      node.until(() -> refused(start(node, "greedy", "after" + after[0]++)));
      List<String> all = new ArrayList<>(List.of("s0", "s1", "s2", "s3"));
      for (int i = 0; i < Math.max(more[0], after[0]); i++) {
        all.add("more" + i);
        all.add("after" + i);
      }
      for (String one : all) {
        var _ =
            node.node()
                .sagas()
                .signal(
                    new EntityAddress("greedy", "script", one),
                    new Sagas.Signal("go", SagaTest.json("\"now\"")),
                    null,
                    node.context());
      }
      node.until(() -> !refused(start(node, "greedy", "at-last")));
      node.until(() -> node.node().drivers().figures().completed() >= 4);
    }
  }
}
