package dev.perdure.bench.pekko;

import dev.perdure.bench.pekko.AccountCommand.Deposit;
import dev.perdure.bench.pekko.AccountCommand.Open;
import dev.perdure.bench.pekko.AccountCommand.Read;
import dev.perdure.bench.pekko.AccountEvent.Deposited;
import dev.perdure.bench.pekko.AccountEvent.Opened;
import dev.perdure.bench.pekko.AccountReply.Balance;
import dev.perdure.bench.pekko.AccountReply.Refused;
import dev.perdure.bench.pekko.AccountState.Operation;
import dev.perdure.kernel.Clock;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.CommandHandlerWithReply;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehaviorWithEnforcedReplies;
import org.apache.pekko.persistence.typed.javadsl.ReplyEffect;

/** The actor of one account: it replies after its event is in the journal, and in no other case. */
final class AccountBehavior
    extends EventSourcedBehaviorWithEnforcedReplies<AccountCommand, AccountEvent, AccountState> {

  private static final Clock CLOCK = Clock.system();

  AccountBehavior(int account) {
    super(PersistenceId.ofUniqueId("account-" + account));
  }

  @Override
  public AccountState emptyState() {
    return new AccountState();
  }

  @Override
  public CommandHandlerWithReply<AccountCommand, AccountEvent, AccountState> commandHandler() {
    return this::decide;
  }

  @Override
  public EventHandler<AccountState, AccountEvent> eventHandler() {
    return AccountState::apply;
  }

  private ReplyEffect<AccountEvent, AccountState> decide(
      AccountState state, AccountCommand command) {
    return switch (command) {
      case Open open -> open(state, open);
      case Deposit deposit -> deposit(state, deposit);
      case Read read -> Effect().reply(read.replyTo(), new Balance(state.balanceMinor()));
    };
  }

  private ReplyEffect<AccountEvent, AccountState> open(AccountState state, Open open) {
    if (state.open()) {
      return Effect().reply(open.replyTo(), new Balance(state.balanceMinor()));
    }
    return Effect()
        .persist(new Opened(CLOCK.wallMicros()))
        .thenReply(open.replyTo(), now -> new Balance(now.balanceMinor()));
  }

  private ReplyEffect<AccountEvent, AccountState> deposit(AccountState state, Deposit deposit) {
    if (!state.open()) {
      return Effect().reply(deposit.replyTo(), new Refused("the account is not open"));
    }
    Operation earlier = state.operation(deposit.operationId());
    if (earlier != null && earlier.amountMinor() == deposit.amountMinor()) {
      return Effect().reply(deposit.replyTo(), new Balance(earlier.balanceMinor()));
    }
    if (earlier != null) {
      return Effect().reply(deposit.replyTo(), new Refused("operation id reused"));
    }
    return Effect()
        .persist(new Deposited(deposit.operationId(), deposit.amountMinor()))
        .thenReply(deposit.replyTo(), now -> new Balance(now.balanceMinor()));
  }
}
