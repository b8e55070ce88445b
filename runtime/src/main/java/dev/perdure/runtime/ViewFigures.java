package dev.perdure.runtime;

/**
 * Figures of a view in a shard of which this node holds a replica.
 *
 * @param code fingerprint of what makes its rows, in hexadecimal digits
 * @param rebuilding true while its rows are made anew; the old ones may be served meanwhile
 * @param next everything that begins before this offset of the shard is in its rows
 * @param end what can be read of the shard begins before this offset
 * @param lagMicros how old the first entry is that it has not come to; 0 if there is none
 * @param failed entities without a row because its code fails for them
 * @param error why it does not get on; empty if it does
 */
public record ViewFigures(
    Of of,
    String code,
    boolean rebuilding,
    long next,
    long end,
    long lagMicros,
    long rows,
    long failed,
    String error) {

  /** Which one, and where. */
  public record Of(String view, int shard) {}

  /** Offsets of the shard that it has not come to yet. */
  public long lag() {
    return Math.max(0, end - next);
  }
}
