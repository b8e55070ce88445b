package dev.perdure.runtime.evolution;

import dev.perdure.api.Decision;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;

/** Knows a new event. Whether it also makes it is the second step of a release in two. */
@Named("stock")
public final class ReturningStock
    implements Entity<FirstStock.State, ReturningStock.Command, ReturningStock.Event> {

  private final boolean makesReturns;

  ReturningStock(boolean makesReturns) {
    this.makesReturns = makesReturns;
  }

  public sealed interface Command {}

  public record Receive(long quantity) implements Command {}

  public record GiveBack(long quantity) implements Command {}

  public sealed interface Event {}

  @Named("received")
  public record Received(long quantity) implements Event {}

  @Named("reserved")
  public record Reserved(long quantity) implements Event {}

  @Named("returned")
  public record Returned(long quantity) implements Event {}

  @Override
  public FirstStock.State initial() {
    return new FirstStock.State(0);
  }

  @Override
  public Decision<Event> decide(FirstStock.State state, Command command, Operation operation) {
    return switch (command) {
      case Receive receive -> Decision.accept(new Received(receive.quantity), null);
      // docs: two-steps
      case GiveBack back ->
          makesReturns
              ? Decision.accept(new Returned(back.quantity), null)
              : Decision.reject("not-yet", "returns are not taken yet");
        // docs: end
    };
  }

  @Override
  public FirstStock.State evolve(FirstStock.State state, Event event) {
    return switch (event) {
      case Received received -> new FirstStock.State(state.pieces() + received.quantity);
      case Reserved reserved -> new FirstStock.State(state.pieces() - reserved.quantity);
      case Returned returned -> new FirstStock.State(state.pieces() + returned.quantity);
    };
  }
}
