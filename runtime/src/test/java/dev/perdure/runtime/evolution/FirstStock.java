package dev.perdure.runtime.evolution;

import dev.perdure.api.Decision;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;

/** The entity as it was first released. */
// docs: first
@Named("stock")
public final class FirstStock
    implements Entity<FirstStock.State, FirstStock.Command, FirstStock.Event> {

  public record State(long pieces) {}

  public sealed interface Command {}

  public record Receive(long quantity) implements Command {}

  public record Reserve(long quantity) implements Command {}

  public sealed interface Event {}

  @Named("received")
  public record Received(long quantity) implements Event {}

  @Named("reserved")
  public record Reserved(long quantity) implements Event {}

  // docs: end
  @Override
  public State initial() {
    return new State(0);
  }

  @Override
  public Decision<Event> decide(State state, Command command, Operation operation) {
    return switch (command) {
      case Receive receive -> Decision.accept(new Received(receive.quantity), null);
      case Reserve reserve ->
          reserve.quantity > state.pieces
              ? Decision.reject("out-of-stock", state.pieces + " pieces are left")
              : Decision.accept(new Reserved(reserve.quantity), null);
    };
  }

  @Override
  public State evolve(State state, Event event) {
    return switch (event) {
      case Received received -> new State(state.pieces + received.quantity);
      case Reserved reserved -> new State(state.pieces - reserved.quantity);
    };
  }
}
