package dev.perdure.lab.cluster.check;

import dev.perdure.lab.cluster.load.Operation;
import dev.perdure.lab.cluster.load.Operation.Kind;
import dev.perdure.lab.cluster.load.Recorded;
import dev.perdure.lab.cluster.load.Result;
import dev.perdure.testkit.check.Spec;
import org.jspecify.annotations.Nullable;

/** An account whose commands run one after the other. */
final class AccountSpec implements Spec<AccountSpec.State, Recorded> {

  /** Version 0: not open. */
  record State(long version, long balance) {}

  @Override
  public State initial() {
    return new State(0, 0);
  }

  @Override
  public @Nullable State next(State before, Recorded recorded) {
    Result result = recorded.result();
    return switch (result.status()) {
      case DONE -> done(before, recorded.operation(), result);
      case REJECTED -> rejected(before, recorded.operation(), result);
      case UNKNOWN -> perhaps(before, recorded.operation());
      case NOT_EXECUTED, UNEXPECTED -> null;
    };
  }

  private static @Nullable State done(State before, Operation operation, Result result) {
    State after = operation.read() ? before : executed(before, operation);
    boolean fits =
        after != null && after.version == result.version() && after.balance == result.balance();
    return fits ? after : null;
  }

  private static @Nullable State rejected(State before, Operation operation, Result result) {
    String code = before.version == 0 ? "account-not-open" : "insufficient-funds";
    boolean fits =
        executed(before, operation) == null
            && result.code().equals(code)
            && result.version() == before.version;
    return fits ? before : null;
  }

  /** It took effect if it could. */
  private static State perhaps(State before, Operation operation) {
    State after = executed(before, operation);
    return after == null ? before : after;
  }

  /** The state after a command, or null if the account refuses it. */
  private static @Nullable State executed(State before, Operation operation) {
    if (operation.kind() == Kind.DEPOSIT) {
      // The first deposit is two events: it opens the account.
      long version = before.version == 0 ? 2 : before.version + 1;
      return new State(version, before.balance + operation.amount());
    }
    boolean refused = before.version == 0 || before.balance < operation.amount();
    return refused ? null : new State(before.version + 1, before.balance - operation.amount());
  }
}
