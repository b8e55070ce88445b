package dev.perdure.bench.timer;

import dev.perdure.api.Decision;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;
import dev.perdure.api.Service;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rings once, at a time. */
@Named("alarm")
public final class Alarm implements Entity<Alarm.State, Alarm.Command, Alarm.Event> {

  /** Microseconds since 1970; 0 for not yet. */
  public record State(long at, long rangAt) {}

  /** What may be asked of it. */
  public sealed interface Command {}

  /** To ring at a time, microseconds since 1970. */
  public record Set(long at) implements Command {}

  /** What happened to it. */
  public sealed interface Event {}

  /** It was set. */
  @Named("was-set")
  public record WasSet(long at) implements Event {}

  /** It rang. */
  @Named("rang")
  public record Rang(long at) implements Event {}

  @Override
  public State initial() {
    return new State(0, 0);
  }

  @Override
  public Decision<Event> decide(State state, Command command, Operation operation) {
    return switch (command) {
      case Set set -> Decision.accept(new WasSet(set.at), null);
    };
  }

  @Override
  public State evolve(State state, Event event) {
    return switch (event) {
      case WasSet set -> new State(set.at, 0);
      case Rang rang -> new State(state.at, rang.at);
    };
  }

  @Override
  public @Nullable Instant wakeAt(State state) {
    return state.at == 0 || state.rangAt != 0
        ? null
        : Instant.EPOCH.plus(state.at, ChronoUnit.MICROS);
  }

  @Override
  public Decision<Event> wake(State state, Operation operation) {
    return Decision.accept(
        new Rang(ChronoUnit.MICROS.between(Instant.EPOCH, operation.time())), null);
  }

  /** The service that brings it. */
  static final class Bundle implements Service {
    @Override
    public String name() {
      return "alarms";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Entity<?, ?, ?>> entities() {
      return List.of(new Alarm());
    }
  }
}
