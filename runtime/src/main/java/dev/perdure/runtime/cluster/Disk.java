package dev.perdure.runtime.cluster;

/**
 * What a node says of its disk.
 *
 * @param refuses why it takes no writes, or did not lately; empty if it does
 * @param forceNs median time of the last seconds to force a log; 0 if that is not known
 */
public record Disk(String refuses, long forceNs) {

  static final Disk UNKNOWN = new Disk("", 0);
}
