package dev.perdure.runtime.evolution;

import dev.perdure.api.Decision;
import dev.perdure.api.Entity;
import dev.perdure.api.Migration;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The state has another shape, and counts how often an event was folded into it. */
@Named("stock")
public final class CountedStock
    implements Entity<CountedStock.State, FirstStock.Command, FirstStock.Event> {

  private final AtomicInteger folded = new AtomicInteger();

  int folded() {
    return folded.get();
  }

  // docs: restated
  public record State(long available, boolean low) {
    static State of(long available) {
      return new State(available, available < 10);
    }
  }

  @Override
  public int version() {
    return 2;
  }

  @Override
  public List<Migration<State>> migrations() {
    return List.of(new Migration<>(1, old -> State.of(((Number) old.get("pieces")).longValue())));
  }

  // docs: end
  @Override
  public State initial() {
    return State.of(0);
  }

  @Override
  public Decision<FirstStock.Event> decide(
      State state, FirstStock.Command command, Operation operation) {
    return switch (command) {
      case FirstStock.Receive receive ->
          Decision.accept(new FirstStock.Received(receive.quantity()), null);
      case FirstStock.Reserve reserve ->
          Decision.accept(new FirstStock.Reserved(reserve.quantity()), null);
    };
  }

  @Override
  public State evolve(State state, FirstStock.Event event) {
    folded.incrementAndGet();
    return switch (event) {
      case FirstStock.Received received -> State.of(state.available + received.quantity());
      case FirstStock.Reserved reserved -> State.of(state.available - reserved.quantity());
    };
  }
}
