package dev.perdure.guard.policy;

/** Why a call was not sent. None of these is the dependency's fault, and none is retried. */
public enum Reason {
  /** No time was left before the call began. */
  DEADLINE("the deadline has passed"),
  /** The calling thread had been interrupted before. */
  INTERRUPTED("the calling thread is interrupted"),
  /** The tenant's own breaker is open. */
  TENANT_BREAKER("this tenant's calls have failed too often"),
  /** The breaker of the whole dependency is open. */
  BREAKER("calls have failed too often"),
  /** More calls a second than the policy allows. */
  RATE("the rate limit is reached"),
  /** The tenant has its share of the rate, and others want theirs. */
  TENANT_RATE("this tenant has its share of the rate"),
  /** As many calls are under way as the limit allows for the call's priority. */
  CONCURRENCY("too many calls are under way"),
  /** The tenant has its share of the limit, and others want theirs. */
  TENANT_SHARE("this tenant has its share of the calls under way");

  private final String sentence;

  Reason(String sentence) {
    this.sentence = sentence;
  }

  /** The reason in words, without a full stop. */
  public String sentence() {
    return sentence;
  }
}
