package dev.perdure.lab.powercut;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A file or directory over its whole life. Inode numbers are reused; a node is not. Filled by
 * {@link HistoryBuilder}, only read afterwards. All lists are in the order of the sequence numbers,
 * {@code syncs} in the order of the ends.
 */
final class Node {

  final int id;
  final boolean directory;

  /** Permission bits by the sequence number that set them. */
  final NavigableMap<Long, Integer> modes = new TreeMap<>();

  final List<Change> changes = new ArrayList<>();
  final List<Sync> syncs = new ArrayList<>();

  /** Changes of names in this directory. */
  final List<NameChange> names = new ArrayList<>();

  /** Sequence numbers of the metadata changes that fsync of this node commits. */
  final List<Long> touches = new ArrayList<>();

  /** Of those, the ones that fdatasync commits too: what is needed to find the data. */
  final List<Long> dataTouches = new ArrayList<>();

  /** Sequence numbers of the writes that made the file longer. */
  final List<Long> extensions = new ArrayList<>();

  Node(int id, boolean directory) {
    this.id = id;
    this.directory = directory;
  }

  long size() {
    return changes.isEmpty() ? 0 : changes.getLast().sizeAfter();
  }
}
