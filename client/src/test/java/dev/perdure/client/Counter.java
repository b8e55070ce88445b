package dev.perdure.client;

import dev.perdure.api.Decision;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;
import dev.perdure.api.Service;
import java.util.List;

/** A counter that each accepted command adds to. */
@Named("counter")
public final class Counter implements Entity<Counter.State, Counter.Add, Counter.Added> {

  /** The service of it. */
  public static final class Bundle implements Service {
    @Override
    public String name() {
      return "counters";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Entity<?, ?, ?>> entities() {
      return List.of(new Counter());
    }
  }

  public record State(long sum) {}

  public record Add(long amount) {}

  @Named("added")
  public record Added(long amount) {}

  @Override
  public State initial() {
    return new State(0);
  }

  @Override
  public Decision<Added> decide(State state, Add add, Operation operation) {
    return add.amount() < 1
        ? Decision.reject("not-positive", add.amount() + " is not positive")
        : Decision.accept(new Added(add.amount()), new State(state.sum() + add.amount()));
  }

  @Override
  public State evolve(State state, Added added) {
    return new State(state.sum() + added.amount());
  }
}
