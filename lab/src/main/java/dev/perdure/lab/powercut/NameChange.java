package dev.perdure.lab.powercut;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One atomic change of directory entries. Not a record: two changes are never the same one, however
 * alike they look.
 */
final class NameChange {

  /**
   * A name in a directory.
   *
   * @param target null: the name is removed
   */
  record Entry(Node directory, String name, @Nullable Node target) {}

  private final long sequence;
  private final List<Entry> entries;
  private final List<NameChange> after;
  private final String what;

  NameChange(long sequence, List<Entry> entries, List<NameChange> after, String what) {
    this.sequence = sequence;
    this.entries = List.copyOf(entries);
    this.after = List.copyOf(after);
    this.what = what;
  }

  long sequence() {
    return sequence;
  }

  /** The entries it sets or removes. */
  List<Entry> entries() {
    return entries;
  }

  /**
   * Changes that must have taken effect if this one has: the one before it under each of its names,
   * and the addition that belongs to this removal when a file moves between directories.
   */
  List<NameChange> after() {
    return after;
  }

  /** For people. */
  String what() {
    return what + " (" + sequence + ")";
  }
}
