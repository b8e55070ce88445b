package dev.perdure.testkit.sim;

import dev.perdure.api.Decision;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;
import dev.perdure.api.Service;
import java.util.List;

/** The entity whose slots move in a simulation. */
@Named("tally")
public final class Tally implements Entity<Tally.State, Tally.Command, Tally.Event> {

  public record State(long count) {}

  public record Reply(long count) {}

  public sealed interface Command {}

  public record Add() implements Command {}

  public record Refuse() implements Command {}

  public sealed interface Event {}

  @Named("added")
  public record Added() implements Event {}

  @Override
  public State initial() {
    return new State(0);
  }

  @Override
  public Decision<Event> decide(State state, Command command, Operation operation) {
    return switch (command) {
      case Add add -> Decision.accept(new Added(), new Reply(state.count + 1));
      case Refuse refuse -> Decision.reject("refused", "at " + state.count);
    };
  }

  @Override
  public State evolve(State state, Event event) {
    return new State(state.count + 1);
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
