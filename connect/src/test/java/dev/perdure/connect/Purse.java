package dev.perdure.connect;

import dev.perdure.api.Decision;
import dev.perdure.api.Delivery;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;
import dev.perdure.api.Service;
import dev.perdure.api.Subscription;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Coins in a purse. */
@Named("purse")
public final class Purse implements Entity<Purse.State, Purse.Command, Purse.Event> {

  public record State(long coins) {}

  public sealed interface Command {
    record Put(long coins) implements Command {}

    record Note(String text) implements Command {}
  }

  public sealed interface Event {
    @Named("put")
    record Put(long coins) implements Event {}

    @Named("noted")
    record Noted(String text) implements Event {}
  }

  /** A purse's events as they come, made by hand. */
  public static Delivery<Event> put(String purse, long version, long coins) {
    return delivery(purse, version, "put", new Event.Put(coins));
  }

  public static Delivery<Event> delivery(String purse, long version, String name, Event event) {
    Instant time = Instant.EPOCH.plus(1_000_000 + version, ChronoUnit.MICROS);
    return new Delivery<>("default", "purse", purse, version, name, event, time, "o" + version, 1);
  }

  /** The purses, and who is told of them. */
  public record Purses(List<Subscription<?>> subscriptions) implements Service {
    @Override
    public String name() {
      return "purses";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Entity<?, ?, ?>> entities() {
      return List.of(new Purse());
    }
  }

  @Override
  public State initial() {
    return new State(0);
  }

  @Override
  public Decision<Event> decide(State state, Command command, Operation operation) {
    return switch (command) {
      case Command.Put put -> Decision.accept(new Event.Put(put.coins()), null);
      case Command.Note note -> Decision.accept(new Event.Noted(note.text()), null);
    };
  }

  @Override
  public State evolve(State state, Event event) {
    return switch (event) {
      case Event.Put put -> new State(state.coins() + put.coins());
      case Event.Noted noted -> state;
    };
  }
}
