package dev.perdure.lab.powercut;

import dev.perdure.api.Decision;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;
import dev.perdure.api.Service;
import java.util.List;

/** The entity whose node loses its power. */
@Named("purse")
public final class Purse implements Entity<Purse.State, Purse.Deposit, Purse.Deposited> {

  public record State(long balance) {}

  public record Reply(long balance) {}

  public record Deposit(long amount) {}

  @Named("deposited")
  public record Deposited(long amount) {}

  @Override
  public State initial() {
    return new State(0);
  }

  @Override
  public Decision<Deposited> decide(State state, Deposit command, Operation operation) {
    return Decision.accept(
        new Deposited(command.amount), new Reply(state.balance + command.amount));
  }

  @Override
  public State evolve(State state, Deposited event) {
    return new State(state.balance + event.amount);
  }

  /** The service that brings it. */
  public static final class Bundle implements Service {
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
}
