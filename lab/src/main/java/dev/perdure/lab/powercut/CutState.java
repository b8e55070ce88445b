package dev.perdure.lab.powercut;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/** What is certain, and what is open, when the power goes at one point of a history. */
final class CutState {

  private static final int EIO = 5;
  private static final int ENOSPC = 28;
  private static final int EDQUOT = 122;

  final History history;

  /** Operations before this sequence number have happened. */
  final long cut;

  final CrashModel model;

  /** {@link CrashModel#ORDERED}: journalled changes before this one are on the disk. */
  final long journalled;

  CutState(History history, long cut, CrashModel model) {
    this.history = history;
    this.cut = cut;
    this.model = model;
    this.journalled = journalled();
  }

  private long journalled() {
    long floor = history.baseEnd();
    for (History.Commit commit : history.commits()) {
      if (commit.at() >= cut) {
        break;
      }
      floor = Math.max(floor, commit.covered());
    }
    return floor;
  }

  /** How many changes of a file had happened. */
  int happened(Node file) {
    return countBelow(file.changes.stream().map(Change::sequence).toList());
  }

  /** The changes of a file, by index, that are on the disk whatever else is lost. */
  BitSet certain(Node file) {
    List<Long> sequences = file.changes.stream().map(Change::sequence).toList();
    int happened = countBelow(sequences);
    BitSet certain = settle(sequences.subList(0, happened), file);
    for (int i = 0; i < happened; i++) {
      Change change = file.changes.get(i);
      boolean journalledChange =
          model == CrashModel.ORDERED && change.metadata() && change.sequence() < journalled;
      if (change.through() || journalledChange) {
        certain.set(i);
      }
    }
    return certain;
  }

  /** {@link CrashModel#STRICT}: the changes of names in a directory, by index, that are certain. */
  BitSet certainNames(Node directory) {
    List<Long> sequences = directory.names.stream().map(NameChange::sequence).toList();
    return settle(sequences.subList(0, countBelow(sequences)), directory);
  }

  private int countBelow(List<Long> ascending) {
    int low = 0;
    int high = ascending.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ascending.get(middle) < cut) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * Which of these changes the syncs of their node settled. A successful sync makes certain what
   * came before its beginning. A sync that failed to write settles it the other way: the kernel
   * reports the error once, drops the pages from its list, and a later success says nothing about
   * them (Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020).
   */
  private BitSet settle(List<Long> sequences, Node node) {
    BitSet certain = new BitSet(sequences.size());
    int next = 0;
    while (next < sequences.size() && sequences.get(next) < history.baseEnd()) {
      certain.set(next++);
    }
    for (Sync sync : syncsOf(node)) {
      boolean failed = sync.error() == EIO || sync.error() == ENOSPC || sync.error() == EDQUOT;
      boolean counts = sync.durable() && !(node.directory && sync.call() == SyncCall.FDATASYNC);
      if (sync.end() < cut && (failed || counts)) {
        for (; next < sequences.size() && sequences.get(next) < sync.begin(); next++) {
          certain.set(next, counts);
        }
      }
    }
    return certain;
  }

  private List<Sync> syncsOf(Node node) {
    if (history.syncsOfAll().isEmpty()) {
      return node.syncs;
    }
    List<Sync> syncs = new ArrayList<>(node.syncs);
    syncs.addAll(history.syncsOfAll());
    syncs.sort(Comparator.comparingLong(Sync::end));
    return syncs;
  }
}
