package dev.perdure.lab.cluster.check;

import java.util.List;

/**
 * What the nodes say of an account in the end.
 *
 * @param version 0 if it was never opened
 */
public record AccountFacts(long version, long balance, List<Event> events) {

  /** An account that was never opened. */
  public static final AccountFacts NONE = new AccountFacts(0, 0, List.of());

  /** Copies the events. */
  public AccountFacts {
    events = List.copyOf(events);
  }

  /**
   * An event.
   *
   * @param version of the account after it
   * @param operation id of the command that made it
   * @param amount in minor units; 0 if it moves no money
   */
  public record Event(long version, String type, String operation, long amount) {

    /** What it adds to the balance. */
    public long effect() {
      return switch (type) {
        case "deposited" -> amount;
        case "withdrawn" -> -amount;
        default -> 0;
      };
    }
  }
}
