package dev.perdure.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.SagaView.Status;
import dev.perdure.runtime.drive.Rehearsal;
import dev.perdure.runtime.drive.Rehearsal.Difference;
import dev.perdure.runtime.drive.Rehearsal.Kind;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.type.TypeRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A saga's code changes while sagas are on their way. */
class SagaUpgradeTest {

  private static final int SAGAS = 20;

  @TempDir private Path directory;

  private List<Difference> differences = List.of();

  private static EntityAddress id(int i) {
    return SagaTest.saga("script", "s" + i);
  }

  /** Starts them with the old code, which waits in the middle; then the new code takes over. */
  private void upgraded(Script before, Script after, Status end) {
    try (RunningNode node = RunningNode.open(NodeOptions.of(directory), Transfers.bundle(before))) {
      node.until(() -> node.node().health().writes());
      for (int i = 0; i < SAGAS; i++) {
        SagaTest.seen(
            node.node().sagas().start(id(i), SagaTest.json("{\"what\":\"x\"}"), node.context()));
      }
      for (int i = 0; i < SAGAS; i++) {
        EntityAddress one = id(i);
        node.until(
            () -> SagaTest.seen(node.node().sagas().get(one, node.context())).wakeMicros() != 0);
      }
      History.Page page = (History.Page) node.node().entities().history(id(0), 0, 100);
      differences =
          Rehearsal.of(new TypeRegistry(List.of(Transfers.bundle(after))), id(0), page.events());
    }
    assertThat(differences).isNotEmpty();
    try (RunningNode node = RunningNode.open(NodeOptions.of(directory), Transfers.bundle(after))) {
      node.until(() -> node.node().health().writes());
      for (int i = 0; i < SAGAS; i++) {
        Sagas.Signal go = new Sagas.Signal("go", SagaTest.json("\"x\""));
        node.node().sagas().signal(id(i), go, null, node.context());
        assertThat(SagaTest.seen(node.node().sagas().await(id(i), node.context())).status())
            .isEqualTo(end);
      }
    }
  }

  private static void pause(dev.perdure.api.SagaContext saga) {
    saga.signal("go", String.class, Duration.ofHours(1));
  }

  @Test
  void whatIsInsertedRunsWhatIsRemovedIsIgnoredWhatIsSwappedRunsOnce() {
    Script before =
        new Script(
            (it, saga) -> {
              it.act(saga, "one");
              it.act(saga, "two");
              it.act(saga, "gone");
              pause(saga);
              return it.act(saga, "three");
            });
    Script after =
        new Script(
            (it, saga) -> {
              it.act(saga, "two");
              it.act(saga, "new");
              it.act(saga, "one");
              pause(saga);
              return it.act(saga, "three");
            });
    upgraded(before, after, Status.COMPLETED);
    assertThat(differences)
        .extracting(one -> one.kind() + " " + one.step())
        .containsExactly("INSERTED new", "REORDERED two", "REORDERED one", "REMOVED gone");
    assertThat(before.effects).hasSize(3 * SAGAS);
    assertThat(after.effects).hasSize(2 * SAGAS).containsOnly("new", "three");
  }

  @Test
  void whatWasRemovedIsUndoneAllTheSame() {
    Script before =
        new Script(
            (it, saga) -> {
              it.act(saga, "gone");
              pause(saga);
              return "";
            });
    Script after =
        new Script(
            (it, saga) -> {
              pause(saga);
              throw saga.abort("no", "no");
            });
    upgraded(before, after, Status.COMPENSATED);
    assertThat(differences).extracting(Difference::kind).containsExactly(Kind.REMOVED);
    assertThat(after.effects).hasSize(SAGAS).containsOnly("undo gone");
  }

  @Test
  void otherArgumentsPark() {
    Script before =
        new Script(
            (it, saga) -> {
              it.act(saga, "one", "5");
              pause(saga);
              return "";
            });
    Script after =
        new Script(
            (it, saga) -> {
              it.act(saga, "one", "6");
              pause(saga);
              return "";
            });
    upgraded(before, after, Status.PARKED);
    assertThat(differences).extracting(Difference::kind).containsExactly(Kind.CHANGED);
    assertThat(after.effects).isEqualTo(List.of());
  }
}
