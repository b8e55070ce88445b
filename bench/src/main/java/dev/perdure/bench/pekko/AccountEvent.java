package dev.perdure.bench.pekko;

/** What happened to an account; this is what the journal stores. */
sealed interface AccountEvent {

  /** The account can be used from now on. */
  record Opened(long atMicros) implements AccountEvent {}

  /** An amount was added; the operation id is here so that it is known again after recovery. */
  record Deposited(String operationId, long amountMinor) implements AccountEvent {}
}
