package dev.perdure.server.admission;

import org.jspecify.annotations.Nullable;

/** A request that was let in. Its owner leaves once, on whatever thread. */
public final class Pass implements Admission {

  /** Of those who operate the node: nothing is counted. */
  public static final Pass OPERATOR =
      new Pass(null, null, new Ask("", 1, Ask.Kind.FREE, 0, 0, "", Ask.NO_SHARD), 1);

  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERRORS = 500;

  private final @Nullable Gate gate;
  private final Gate.@Nullable Guest guest;
  private final Ask ask;
  private final int urgency;
  private final long beganNs;
  private boolean executed;

  Pass(@Nullable Gate gate, Gate.@Nullable Guest guest, Ask ask, int urgency) {
    this.gate = gate;
    this.guest = guest;
    this.ask = ask;
    this.urgency = urgency;
    this.beganNs = gate == null ? 0 : gate.nowNs();
  }

  /** What it may ask for, of RFC 9218. */
  public int urgency() {
    return urgency;
  }

  /** One more request within this one: a line of a batch. Null if it may begin. */
  public @Nullable Refusal line() {
    return gate == null || guest == null ? null : gate.line(guest.tenant());
  }

  /**
   * There is an answer, and who reads it slowly holds nothing. What was not done says nothing about
   * how long things take.
   *
   * @param status of HTTP
   */
  public void answered(int status, long tookNs) {
    executed(status < SERVER_ERRORS && status != TOO_MANY_REQUESTS, tookNs);
  }

  /** What was asked for is done; its caller waits for what follows, and takes nothing for that. */
  public void waits() {
    executed(true, gate == null ? 0 : gate.nowNs() - beganNs);
  }

  private void executed(boolean done, long tookNs) {
    if (gate != null && guest != null && ask.kind() == Ask.Kind.BRIEF && !executed) {
      executed = true;
      try {
        if (done) {
          gate.learn(tookNs); // it still counts: with a limit of one nothing else would
        }
      } finally {
        gate.end(guest);
      }
    }
  }

  /** The request has ended. */
  public void leave() {
    if (gate != null && guest != null) {
      executed(false, 0); // whoever answers for its failure comes later
      gate.leave(guest.tenant(), ask);
    }
  }

  @Override
  public @Nullable String policy() {
    return guest == null ? null : guest.tenant().policy();
  }

  @Override
  public @Nullable String standing() {
    return gate == null || guest == null ? null : guest.tenant().standing(gate.nowNs());
  }
}
