package dev.perdure.runtime.evolution;

import dev.perdure.api.Decision;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;
import dev.perdure.api.Upcaster;
import java.util.HashMap;
import java.util.List;

/** Received goods now come in boxes: the event's fields changed. */
@Named("stock")
public final class BoxedStock
    implements Entity<FirstStock.State, BoxedStock.Command, BoxedStock.Event> {

  public sealed interface Command {}

  public record Receive(long boxes, long per_box) implements Command {}

  public sealed interface Event {}

  // docs: changed
  @Named(value = "received", version = 2)
  public record Received(long boxes, long per_box) implements Event {}

  @Named("reserved")
  public record Reserved(long quantity) implements Event {}

  @Override
  public List<Upcaster> upcasters() {
    return List.of(
        Upcaster.next(
            "received",
            1,
            old -> {
              var fields = new HashMap<>(old);
              fields.put("boxes", fields.remove("quantity"));
              fields.put("per_box", 1);
              return fields;
            }));
  }

  // docs: end
  @Override
  public FirstStock.State initial() {
    return new FirstStock.State(0);
  }

  @Override
  public Decision<Event> decide(FirstStock.State state, Command command, Operation operation) {
    return switch (command) {
      case Receive receive -> Decision.accept(new Received(receive.boxes, receive.per_box), null);
    };
  }

  @Override
  public FirstStock.State evolve(FirstStock.State state, Event event) {
    return switch (event) {
      case Received received ->
          new FirstStock.State(state.pieces() + received.boxes * received.per_box);
      case Reserved reserved -> new FirstStock.State(state.pieces() - reserved.quantity);
    };
  }
}
