package dev.perdure.example.ledger;

import dev.perdure.api.Named;

/** What happened to an account. Names and fields are stored for ever. */
public sealed interface AccountEvent {

  /** The account came to be. */
  @Named("opened")
  @SuppressWarnings("MemberName") // a component is named as its field is on the wire
  record Opened(String currency, long overdraft_limit) implements AccountEvent {}

  /** Money came in, in minor units. */
  @Named("deposited")
  record Deposited(long amount) implements AccountEvent {}

  /** Money went out, in minor units. */
  @Named("withdrawn")
  record Withdrawn(long amount) implements AccountEvent {}

  /** The account ended. */
  @Named("closed")
  record Closed() implements AccountEvent {}
}
