package dev.perdure.runtime.evolution;

import dev.perdure.api.Decision;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;
import org.jspecify.annotations.Nullable;

/** An event has got fields that may be absent; its version stays. */
@Named("stock")
public final class NotedStock
    implements Entity<NotedStock.State, NotedStock.Receive, NotedStock.Event> {

  public record State(long pieces, @Nullable String supplier) {}

  public record Receive(long quantity, @Nullable String supplier) {}

  public sealed interface Event {}

  @Named("received")
  public record Received(long quantity, @Nullable String supplier, long weight) implements Event {}

  @Named("reserved")
  public record Reserved(long quantity) implements Event {}

  @Override
  public State initial() {
    return new State(0, null);
  }

  @Override
  public Decision<Event> decide(State state, Receive receive, Operation operation) {
    return Decision.accept(new Received(receive.quantity, receive.supplier, 7), null);
  }

  @Override
  public State evolve(State state, Event event) {
    return switch (event) {
      case Received received -> new State(state.pieces + received.quantity, received.supplier);
      case Reserved reserved -> new State(state.pieces - reserved.quantity, state.supplier);
    };
  }
}
