package dev.perdure.runtime;

import dev.perdure.api.Decision;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;
import dev.perdure.api.Service;
import java.util.List;

/** The entity that the runtime's tests run. */
@Named("wallet")
public final class Wallet implements Entity<Wallet.State, Wallet.Command, Wallet.Event> {

  public record State(long balance) {}

  public record Reply(long balance) {}

  public sealed interface Command {}

  public record Deposit(long amount) implements Command {
    public Deposit {
      if (amount < 1) {
        throw new IllegalArgumentException("amount must be at least 1, not " + amount);
      }
    }
  }

  public record Withdraw(long amount) implements Command {}

  public record Ask() implements Command {}

  public record Misbehave(String how) implements Command {}

  public sealed interface Event {}

  @Named("deposited")
  public record Deposited(long amount) implements Event {}

  @Named("withdrawn")
  public record Withdrawn(long amount) implements Event {}

  @Override
  public State initial() {
    return new State(0);
  }

  @Override
  public Decision<Event> decide(State state, Command command, Operation operation) {
    return switch (command) {
      case Deposit d ->
          Decision.accept(new Deposited(d.amount), new Reply(state.balance + d.amount));
      case Withdraw w ->
          w.amount > state.balance
              ? Decision.reject("insufficient-funds", "the wallet holds " + state.balance)
              : Decision.accept(new Withdrawn(w.amount), new Reply(state.balance - w.amount));
      case Ask ignored -> Decision.answer(new Reply(state.balance));
      case Misbehave m -> misbehave(m);
    };
  }

  private static Decision<Event> misbehave(Misbehave how) {
    switch (how.how) {
      case "throw" -> throw new IllegalStateException("secret");
      case "loop" -> {
        while (true) {
          Thread.onSpinWait();
        }
      }
      case "overflow" -> {
        return misbehave(how);
      }
      case "poison" -> {
        return Decision.accept(new Deposited(-1), null);
      }
      default -> {
        return Decision.answer("x".repeat(100_000));
      }
    }
  }

  @Override
  public State evolve(State state, Event event) {
    return switch (event) {
      case Deposited d -> {
        if (d.amount < 0) {
          throw new IllegalArgumentException("poison");
        }
        yield new State(state.balance + d.amount);
      }
      case Withdrawn w -> new State(state.balance - w.amount);
    };
  }

  /** The service that brings it. */
  public static final class Bundle implements Service {
    @Override
    public String name() {
      return "wallets";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Entity<?, ?, ?>> entities() {
      return List.of(new Wallet());
    }
  }
}
