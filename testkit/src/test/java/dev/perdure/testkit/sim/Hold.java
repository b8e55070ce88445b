package dev.perdure.testkit.sim;

import dev.perdure.api.Decision;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Something that is held for a time, and released by itself when that is over. */
@Named("hold")
public final class Hold implements Entity<Hold.State, Hold.Command, Hold.Event> {

  /**
   * Where it stands.
   *
   * @param until microseconds since 1970; 0 if it is not held
   * @param ended how often a time was over
   * @param endedAt when it was over last
   * @param fault what its wake does: nothing, or one of the ways to fail
   */
  public record State(long until, int ended, long endedAt, String fault) {}

  public sealed interface Command {}

  /** Holds it from now on. */
  public record For(long micros) implements Command {}

  /** Holds it until a time; a negative one is never. */
  public record Until(long micros) implements Command {}

  public record Release() implements Command {}

  /** Lets its wakes fail, or not. */
  public record Break(String fault) implements Command {}

  public sealed interface Event {}

  @Named("held")
  public record Held(long until) implements Event {}

  @Named("released")
  public record Released() implements Event {}

  @Named("ended")
  public record Ended(long at) implements Event {}

  @Named("broken")
  public record Broken(String fault) implements Event {}

  static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  @Override
  public State initial() {
    return new State(0, 0, 0, "");
  }

  @Override
  public Decision<Event> decide(State state, Command command, Operation operation) {
    return switch (command) {
      case For f -> Decision.accept(new Held(micros(operation.time()) + f.micros), null);
      case Until u -> Decision.accept(new Held(u.micros), null);
      case Release ignored -> Decision.accept(new Released(), null);
      case Break b -> Decision.accept(new Broken(b.fault), null);
    };
  }

  @Override
  public State evolve(State state, Event event) {
    return switch (event) {
      case Held h -> new State(h.until, state.ended, state.endedAt, state.fault);
      case Released ignored -> new State(0, state.ended, state.endedAt, state.fault);
      case Ended e -> new State(0, state.ended + 1, e.at, state.fault);
      case Broken b -> new State(state.until, state.ended, state.endedAt, b.fault);
    };
  }

  @Override
  public @Nullable Instant wakeAt(State state) {
    if (state.until == 0) {
      return null;
    }
    return state.until < 0 ? NEVER : Instant.EPOCH.plus(state.until, ChronoUnit.MICROS);
  }

  @Override
  public Decision<Event> wake(State state, Operation operation) {
    return switch (state.fault) {
      case "throw" -> throw new IllegalStateException("secret");
      case "reject" -> Decision.reject("not-now", "it stays");
      case "nothing" -> Decision.answer(null);
      default -> Decision.accept(new Ended(micros(operation.time())), null);
    };
  }
}
