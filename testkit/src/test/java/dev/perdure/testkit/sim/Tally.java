package dev.perdure.testkit.sim;

import dev.perdure.api.Decision;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;
import dev.perdure.api.Service;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The entity whose slots move in a simulation: some time after what was added last it rings. */
@Named("tally")
public final class Tally implements Entity<Tally.State, Tally.Command, Tally.Event> {

  static final long RINGS_AFTER_MICROS = 60_000;

  /**
   * Where it stands.
   *
   * @param ringsAt microseconds since 1970; 0 for never
   */
  public record State(long count, long ringsAt) {}

  public record Reply(long count) {}

  public sealed interface Command {}

  public record Add() implements Command {}

  public record Refuse() implements Command {}

  public sealed interface Event {}

  @Named("added")
  public record Added(long ringsAt) implements Event {}

  @Named("rang")
  public record Rang() implements Event {}

  @Override
  public State initial() {
    return new State(0, 0);
  }

  @Override
  public Decision<Event> decide(State state, Command command, Operation operation) {
    return switch (command) {
      case Add add ->
          Decision.accept(
              new Added(micros(operation) + RINGS_AFTER_MICROS), new Reply(state.count + 1));
      case Refuse refuse -> Decision.reject("refused", "at " + state.count);
    };
  }

  @Override
  public State evolve(State state, Event event) {
    return switch (event) {
      case Added added -> new State(state.count + 1, added.ringsAt);
      case Rang rang -> new State(state.count, 0);
    };
  }

  private static long micros(Operation operation) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, operation.time());
  }

  @Override
  public @Nullable Instant wakeAt(State state) {
    return state.ringsAt == 0 ? null : Instant.EPOCH.plus(state.ringsAt, ChronoUnit.MICROS);
  }

  @Override
  public Decision<Event> wake(State state, Operation operation) {
    return micros(operation) < state.ringsAt
        ? Decision.accept(List.of(), null)
        : Decision.accept(new Rang(), null);
  }

  /** The service that brings it. */
  static final class Bundle implements Service {
    @Override
    public String name() {
      return "tallies";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Entity<?, ?, ?>> entities() {
      return List.of(new Tally());
    }
  }
}
