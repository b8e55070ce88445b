package dev.perdure.lab.cluster.load;

/**
 * What a client wants done, once.
 *
 * @param id operation id; of a read, a number of its own
 * @param amount in minor units; 0 for a read
 * @param transfer true if it is half of a transfer: then as much goes elsewhere
 */
public record Operation(String id, String account, Kind kind, long amount, boolean transfer) {

  /** Kinds, by the names of the commands. */
  public enum Kind {
    READ,
    DEPOSIT,
    WITHDRAW
  }

  /** True if nothing changes. */
  public boolean read() {
    return kind == Kind.READ;
  }

  @Override
  public String toString() {
    return id + " " + kind + (read() ? "" : " " + amount) + " of " + account;
  }
}
