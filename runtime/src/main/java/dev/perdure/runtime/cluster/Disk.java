package dev.perdure.runtime.cluster;

/**
 * What a node says of its disk, and of all else for which it should not lead.
 *
 * @param refuses why it takes no writes, or did not lately, or should not lead; empty if it may
 * @param lately true if it takes writes now, although it should not lead
 * @param forceNs median time of the last seconds to force a log; 0 if that is not known
 */
public record Disk(String refuses, boolean lately, long forceNs) {

  static final Disk UNKNOWN = new Disk("", false, 0);

  /** True if it takes writes now. */
  boolean writes() {
    return refuses.isEmpty() || lately;
  }
}
