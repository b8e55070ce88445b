package dev.perdure.testkit.bank;

import dev.perdure.api.Decision;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;
import dev.perdure.api.Upcaster;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The account after a change: it counts its moves, an event's field has a new name, a command was
 * renamed in public.
 */
@Named(value = "account", aliases = "wallet")
final class SecondAccount
    implements Entity<SecondAccount.State, SecondAccount.Command, SecondAccount.Event> {

  private final Consumer<Operation> deciding;

  SecondAccount(Consumer<Operation> deciding) {
    this.deciding = deciding;
  }

  record State(long balance, long moves) {}

  record Reply(long balance, long moves) {}

  sealed interface Command {}

  @Named(value = "deposit", aliases = "pay-in")
  record Deposit(long amount) implements Command {}

  record Withdraw(long amount) implements Command {}

  record Split(long first, long second) implements Command {}

  record Ask() implements Command {}

  record Break(String how) implements Command {}

  sealed interface Event {}

  @Named(value = "deposited", version = 2)
  record Deposited(long paidIn) implements Event {}

  @Named("withdrawn")
  record Withdrawn(long amount) implements Event {}

  @Override
  public State initial() {
    return new State(0, 0);
  }

  @Override
  public int version() {
    return 2;
  }

  @Override
  public List<Upcaster> upcasters() {
    return List.of(Upcaster.next("deposited", 1, SecondAccount::renamed));
  }

  private static Map<String, Object> renamed(Map<String, Object> old) {
    Map<String, Object> fields = new HashMap<>(old);
    fields.put("paidIn", fields.remove("amount"));
    return fields;
  }

  @Override
  public Decision<Event> decide(State state, Command command, Operation operation) {
    deciding.accept(operation);
    return switch (command) {
      case Deposit d ->
          Decision.accept(
              new Deposited(d.amount), new Reply(state.balance + d.amount, state.moves + 1));
      case Withdraw w ->
          w.amount > state.balance
              ? Decision.reject("insufficient-funds", "the balance is " + state.balance)
              : Decision.accept(
                  new Withdrawn(w.amount), new Reply(state.balance - w.amount, state.moves + 1));
      case Split s ->
          Decision.accept(
              List.of(new Deposited(s.first), new Deposited(s.second)),
              new Reply(state.balance + s.first + s.second, state.moves + 2));
      case Ask ignored -> Decision.answer(new Reply(state.balance, state.moves));
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
      case Deposited d ->
          new State(state.balance + BankWorkload.notNegative(d.paidIn), state.moves + 1);
      case Withdrawn w -> new State(state.balance - w.amount, state.moves + 1);
    };
  }
}
