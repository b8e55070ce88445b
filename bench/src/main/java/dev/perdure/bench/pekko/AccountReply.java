package dev.perdure.bench.pekko;

/** What an account answers. */
sealed interface AccountReply {

  /** Done; the balance afterwards. */
  record Balance(long balanceMinor) implements AccountReply {}

  /** Refused, and why. */
  record Refused(String reason) implements AccountReply {}
}
