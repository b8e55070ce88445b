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

/** The entity of simulated transactions: holds an amount, and rings a while after a touch. */
@Named("pot")
public final class Pot implements Entity<Pot.State, Pot.Command, Pot.Event> {

  static final long RINGS_AFTER_MICROS = 40_000;

  /**
   * Where it stands.
   *
   * @param ringsAt microseconds since 1970; 0 for never
   */
  public record State(long amount, long touches, long ringsAt) {}

  public record Reply(long amount) {}

  public sealed interface Command {}

  /** Puts some in; a negative amount takes it out. */
  public record Put(long amount) implements Command {}

  public record Touch() implements Command {}

  public sealed interface Event {}

  @Named("changed")
  public record Changed(long by) implements Event {}

  @Named("touched")
  public record Touched(long ringsAt) implements Event {}

  @Named("rang")
  public record Rang() implements Event {}

  @Override
  public State initial() {
    return new State(0, 0, 0);
  }

  @Override
  public Decision<Event> decide(State state, Command command, Operation operation) {
    return switch (command) {
      case Put put ->
          state.amount + put.amount < 0
              ? Decision.reject("empty", "it holds " + state.amount)
              : Decision.accept(new Changed(put.amount), new Reply(state.amount + put.amount));
      case Touch touch ->
          Decision.accept(
              new Touched(micros(operation) + RINGS_AFTER_MICROS), new Reply(state.amount));
    };
  }

  @Override
  public State evolve(State state, Event event) {
    return switch (event) {
      case Changed changed -> new State(state.amount + changed.by, state.touches, state.ringsAt);
      case Touched touched -> new State(state.amount, state.touches + 1, touched.ringsAt);
      case Rang rang -> new State(state.amount, state.touches, 0);
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
      return "pots";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Entity<?, ?, ?>> entities() {
      return List.of(new Pot());
    }
  }
}
