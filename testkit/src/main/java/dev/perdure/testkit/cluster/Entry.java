package dev.perdure.testkit.cluster;

import org.jspecify.annotations.Nullable;

/**
 * An entry of a shard's log. Immutable; replicas share it.
 *
 * @param bytes the shard's; null for the engine's own
 * @param members null unless it changes them
 */
record Entry(long term, byte @Nullable [] bytes, @Nullable Members members) {

  static Entry opening(long term) {
    return new Entry(term, null, null);
  }

  String text() {
    return members != null
        ? "members " + members.now() + (members.changing() ? " from " + members.before() : "")
        : bytes == null ? "the opening of term " + term : bytes.length + " bytes";
  }
}
