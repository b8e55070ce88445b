package dev.perdure.server.admission;

/**
 * A request that wants to be let in.
 *
 * @param tenant whose quota it is
 * @param urgency of RFC 9218, as asked for
 * @param kind how long it stays
 * @param cost how many requests it counts for
 * @param bytes of its body, as announced
 * @param entity what it is for, as it stands in the path; empty if nothing single
 * @param shard where that is; {@link #NO_SHARD} if it is nothing single, or not known
 */
public record Ask(
    String tenant, int urgency, Kind kind, int cost, long bytes, String entity, int shard) {

  /** In no shard that could be named. */
  public static final int NO_SHARD = -1;

  /** How long a request stays. */
  public enum Kind {
    /** It is answered as soon as it can be: counts towards the node's limit. */
    BRIEF,
    /** It waits for something, or streams: counts towards its tenant's concurrency only. */
    LASTING,
    /** It describes the node: always let in. */
    FREE
  }
}
