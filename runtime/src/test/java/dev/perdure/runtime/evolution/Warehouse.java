package dev.perdure.runtime.evolution;

import dev.perdure.api.Decision;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;

/** The entity and a command under new public names; what is stored keeps its own. */
// docs: renamed
@Named(value = "stock", aliases = "warehouse")
public final class Warehouse implements Entity<Warehouse.Level, Warehouse.Command, Warehouse.Fact> {

  public record Level(long pieces) {}

  public sealed interface Command {}

  @Named(value = "receive", aliases = "restock")
  public record Restock(long quantity) implements Command {}

  public sealed interface Fact {}

  @Named("received")
  public record Restocked(long quantity) implements Fact {}

  @Named("reserved")
  public record Held(long quantity) implements Fact {}

  // docs: end
  @Override
  public Level initial() {
    return new Level(0);
  }

  @Override
  public Decision<Fact> decide(Level level, Command command, Operation operation) {
    return switch (command) {
      case Restock restock -> Decision.accept(new Restocked(restock.quantity), null);
    };
  }

  @Override
  public Level evolve(Level level, Fact fact) {
    return switch (fact) {
      case Restocked restocked -> new Level(level.pieces + restocked.quantity);
      case Held held -> new Level(level.pieces - held.quantity);
    };
  }
}
