package dev.perdure.example.ledger;

import dev.perdure.api.Decision;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;

/** A complete entity in twenty lines: it counts, and never twice for the same operation id. */
@Named("counter")
public final class Counter implements Entity<Counter.State, Counter.Add, Counter.Added> {

  /** What is kept. */
  public record State(long value) {}

  /** What is asked: {@code POST /v1/entities/counter/visits/add {"by": 1}}. */
  public record Add(long by) {}

  /** What happened. */
  @Named("added")
  public record Added(long by) {}

  @Override
  public State initial() {
    return new State(0);
  }

  @Override
  public Decision<Added> decide(State state, Add add, Operation operation) {
    return add.by() < 1
        ? Decision.reject("not-positive", "by is " + add.by() + "; at least 1 is needed")
        : Decision.accept(new Added(add.by()), new State(state.value() + add.by()));
  }

  @Override
  public State evolve(State state, Added added) {
    return new State(state.value() + added.by());
  }
}
