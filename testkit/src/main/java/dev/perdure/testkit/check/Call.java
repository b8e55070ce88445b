package dev.perdure.testkit.check;

import dev.perdure.runtime.EntityCommand.Precondition;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.EntityAddress;
import org.jspecify.annotations.Nullable;

/** One request of one client and the answer it got. Changed once, when the answer comes. */
public final class Call {

  private final EntityAddress address;
  private final String operationId;
  private final Asks asks;
  private final long calledAt;
  private final long deadlineNs;
  private long returnedAt = Long.MAX_VALUE;
  private @Nullable Outcome outcome;
  private byte @Nullable [] state;
  private boolean lost;

  /**
   * What was asked.
   *
   * @param command stored name of the command; empty for a read
   * @param body as JSON
   * @param keyed true if the client chose the operation id and may repeat it
   */
  public record Asks(String command, String body, boolean keyed, Precondition precondition) {

    /** True if the state is asked for. */
    public boolean read() {
      return command.isEmpty();
    }
  }

  /** A call. */
  public Call(EntityAddress address, String operationId, Asks asks, When when) {
    this.address = address;
    this.operationId = operationId;
    this.asks = asks;
    this.calledAt = when.order();
    this.deadlineNs = when.deadlineNs();
  }

  /**
   * When it was called.
   *
   * @param order the world's order
   * @param deadlineNs in virtual time
   */
  public record When(long order, long deadlineNs) {}

  /** The answer came. */
  public void answered(Outcome answer, byte @Nullable [] stateJson, long order) {
    outcome = answer;
    state = stateJson;
    returnedAt = order;
  }

  /** The machine went away without an answer. */
  public void lost() {
    lost = true;
  }

  public EntityAddress address() {
    return address;
  }

  public String operationId() {
    return operationId;
  }

  public Asks asks() {
    return asks;
  }

  public long calledAt() {
    return calledAt;
  }

  /** {@code Long.MAX_VALUE} as long as there is no answer. */
  public long returnedAt() {
    return returnedAt;
  }

  public long deadlineNs() {
    return deadlineNs;
  }

  /** Null if there is none. */
  public @Nullable Outcome outcome() {
    return outcome;
  }

  /** The state that a read got, as JSON. */
  public byte @Nullable [] state() {
    return state;
  }

  public boolean isLost() {
    return lost;
  }

  /** True as long as an answer may still come. */
  public boolean open() {
    return outcome == null && !lost;
  }

  @Override
  public String toString() {
    return address + " " + operationId + " " + (asks.read() ? "read" : asks.command + asks.body);
  }
}
