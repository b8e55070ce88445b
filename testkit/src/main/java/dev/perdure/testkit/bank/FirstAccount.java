package dev.perdure.testkit.bank;

import dev.perdure.api.Decision;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;
import java.util.List;
import java.util.function.Consumer;

/** The account as it was first written. */
@Named("account")
final class FirstAccount
    implements Entity<FirstAccount.State, FirstAccount.Command, FirstAccount.Event> {

  private final Consumer<Operation> deciding;

  FirstAccount(Consumer<Operation> deciding) {
    this.deciding = deciding;
  }

  record State(long balance) {}

  record Reply(long balance) {}

  sealed interface Command {}

  record Deposit(long amount) implements Command {}

  record Withdraw(long amount) implements Command {}

  record Split(long first, long second) implements Command {}

  record Ask() implements Command {}

  record Break(String how) implements Command {}

  sealed interface Event {}

  @Named("deposited")
  record Deposited(long amount) implements Event {}

  @Named("withdrawn")
  record Withdrawn(long amount) implements Event {}

  @Override
  public State initial() {
    return new State(0);
  }

  @Override
  public Decision<Event> decide(State state, Command command, Operation operation) {
    deciding.accept(operation);
    return switch (command) {
      case Deposit d ->
          Decision.accept(new Deposited(d.amount), new Reply(state.balance + d.amount));
      case Withdraw w ->
          w.amount > state.balance
              ? Decision.reject("insufficient-funds", "the balance is " + state.balance)
              : Decision.accept(new Withdrawn(w.amount), new Reply(state.balance - w.amount));
      case Split s ->
          Decision.accept(
              List.of(new Deposited(s.first), new Deposited(s.second)),
              new Reply(state.balance + s.first + s.second));
      case Ask ignored -> Decision.answer(new Reply(state.balance));
      case Break b -> {
        if (b.how.equals("throw")) {
          throw new IllegalStateException("broken on purpose");
        }
        yield Decision.accept(new Deposited(-1), null);
      }
    };
  }

  @Override
  public State evolve(State state, Event event) {
    return switch (event) {
      case Deposited d -> new State(state.balance + BankWorkload.notNegative(d.amount));
      case Withdrawn w -> new State(state.balance - w.amount);
    };
  }
}
