package dev.perdure.bench.pekko;

import org.apache.pekko.actor.typed.ActorRef;

/** What an account can be asked. */
sealed interface AccountCommand {

  ActorRef<AccountReply> replyTo();

  /** Opens the account, once. */
  record Open(ActorRef<AccountReply> replyTo) implements AccountCommand {}

  /** Adds an amount, once for each operation id. */
  record Deposit(String operationId, long amountMinor, ActorRef<AccountReply> replyTo)
      implements AccountCommand {}

  /** Asks for the balance and changes nothing. */
  record Read(ActorRef<AccountReply> replyTo) implements AccountCommand {}
}
