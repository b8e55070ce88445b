package dev.perdure.cli;

import dev.perdure.api.Capability;
import dev.perdure.api.Decision;
import dev.perdure.api.Degraded;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;
import dev.perdure.api.Queue;
import dev.perdure.api.Saga;
import dev.perdure.api.SagaContext;
import dev.perdure.api.Service;
import dev.perdure.api.View;
import dev.perdure.testkit.degraded.DegradedForms;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What no example declares: capabilities that cover an entity, a saga, a queue and a view, which a
 * real node refuses over HTTP while they are disabled, and lets pass in every other form.
 */
class DoorFormsTest {

  @TempDir private Path folder;

  record Count(long value) {}

  record Add(long value) {}

  @Named("added")
  record Added(long value) {}

  /** Counts. */
  @Named("counter")
  static final class Counter implements Entity<Count, Add, Added> {
    @Override
    public Count initial() {
      return new Count(0);
    }

    @Override
    public Decision<Added> decide(Count state, Add command, Operation operation) {
      return Decision.accept(new Added(command.value()), null);
    }

    @Override
    public Count evolve(Count state, Added event) {
      return new Count(state.value() + event.value());
    }
  }

  /** Does nothing. */
  @Named("walk")
  static final class Walk implements Saga<Add, Count> {
    @Override
    public Count run(Add input, SagaContext saga) {
      return new Count(input.value());
    }
  }

  /** All counters. */
  @Named("counts")
  static final class Counts implements View<Count, Count> {
    @Override
    public String entity() {
      return "counter";
    }

    @Override
    public Optional<Count> row(String id, Count state) {
      return Optional.of(state);
    }
  }

  private record Covered(List<Capability> capabilities) implements Service {
    @Override
    public String name() {
      return "covered";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Entity<?, ?, ?>> entities() {
      return List.of(new Counter());
    }

    @Override
    public List<Saga<?, ?>> sagas() {
      return List.of(new Walk());
    }

    @Override
    public List<Queue> queues() {
      return List.of(Queue.named("tasks"));
    }

    @Override
    public List<View<?, ?>> views() {
      return List.of(new Counts());
    }
  }

  @TestFactory
  Stream<DynamicTest> whatIsCoveredIsRefusedWhileItIsDisabledAndNothingElse() {
    return DegradedForms.of(
        new Covered(
            List.of(
                Capability.critical("all")
                    .needs(Capability.JOURNAL)
                    .covers("counter", "walk", "tasks", "counts")
                    .degraded(Degraded.disabled("nothing is done today")),
                Capability.important("walking")
                    .needs("street")
                    .covers("walk", "tasks")
                    .degraded(Degraded.disabled("the street is closed")),
                Capability.important("counting")
                    .needs("abacus", Capability.JOURNAL)
                    .covers("counter", "counts")
                    .degraded(Degraded.stale(Duration.ofHours(30))))),
        folder,
        LedgerFormsTest::open);
  }
}
