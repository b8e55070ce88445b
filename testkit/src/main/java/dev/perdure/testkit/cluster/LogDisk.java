package dev.perdure.testkit.cluster;

import dev.perdure.journal.LogPosition;
import dev.perdure.testkit.sim.Chance;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A replica's log, term and vote on its machine's disk. Term and vote are on disk when they are
 * set. An entry is, when it was forced; unless the disk lies.
 */
final class LogDisk {

  private final List<Slot> slots = new ArrayList<>();
  private long term;
  private int vote = -1;
  private LogPosition behind = LogPosition.NONE;
  private Members told = Members.NONE;
  private long forced = -1;
  private long mark = -1;

  private static final class Slot {
    private final Entry entry;
    private boolean forced;
    private boolean onDisk;

    Slot(Entry entry) {
      this.entry = entry;
    }
  }

  /** Entries that are written, and being forced. */
  static final class Forcing {
    private final List<Slot> slots;

    private Forcing(List<Slot> slots) {
      this.slots = slots;
    }
  }

  long term() {
    return term;
  }

  /** -1 for nobody. */
  int vote() {
    return vote;
  }

  void promise(long inTerm, int node) {
    term = inTerm;
    vote = node;
  }

  /** Index of the first entry. */
  long first() {
    return behind.index() + 1;
  }

  long last() {
    return behind.index() + slots.size();
  }

  /** Term of an entry, also of the one behind which the log begins; -1 if it is not known. */
  long termAt(long index) {
    if (index == behind.index()) {
      return behind.term();
    }
    Entry entry = index < first() || index > last() ? null : entry(index);
    return entry == null ? -1 : entry.term();
  }

  Entry entry(long index) {
    return slots.get((int) (index - first())).entry;
  }

  List<Entry> from(long index, int max) {
    List<Entry> out = new ArrayList<>();
    for (long at = index; at <= last() && out.size() < max; at++) {
      out.add(entry(at));
    }
    return out;
  }

  /** The newest members that the log says, committed or not. */
  Members members() {
    for (int i = slots.size() - 1; i >= 0; i--) {
      Members found = slots.get(i).entry.members();
      if (found != null) {
        return found;
      }
    }
    return told;
  }

  /** Index of the newest entry that changes members; -1 if that is not in the log. */
  long membersAt() {
    for (int i = slots.size() - 1; i >= 0; i--) {
      if (slots.get(i).entry.members() != null) {
        return first() + i;
      }
    }
    return -1;
  }

  // ---- writing ----

  void add(Entry entry) {
    slots.add(new Slot(entry));
  }

  /** Begins to force all that was written. */
  Forcing force() {
    return new Forcing(slots.stream().filter(slot -> !slot.forced).toList());
  }

  /** It was forced, or the disk says so. */
  void done(Forcing forcing, boolean lie) {
    for (Slot slot : forcing.slots) {
      slot.forced = true;
      slot.onDisk = !lie;
    }
    while (forced() < last() && slots.get((int) (forced() + 1 - first())).forced) {
      forced = forced() + 1;
    }
    mark = Math.max(mark, forced);
  }

  /** What the disk said to be forced is so after all. */
  void cameTrue() {
    slots.forEach(slot -> slot.onDisk = slot.forced);
  }

  /** Up to where everything was forced. */
  long forced() {
    return Math.max(forced, behind.index());
  }

  /** How far it was ever forced, as a file beside the log says. */
  long mark() {
    return mark;
  }

  void truncate(long fromIndex) {
    slots.subList((int) (fromIndex - first()), slots.size()).clear();
    forced = Math.min(forced, fromIndex - 1);
    mark = Math.min(mark, fromIndex - 1);
  }

  void purge(long upTo) {
    if (upTo < first() || upTo > last()) {
      return;
    }
    LogPosition next = new LogPosition(termAt(upTo), upTo);
    for (long at = first(); at <= upTo; at++) {
      Members found = entry(at).members();
      told = found == null ? told : found;
    }
    slots.subList(0, (int) (upTo - behind.index())).clear();
    behind = next;
  }

  /** Begins anew behind a snapshot; the term and the vote stay unless the leader's is newer. */
  void beginBehind(LogPosition position, Members members, long leadersTerm, int leader) {
    slots.clear();
    behind = position;
    told = members;
    forced = position.index();
    mark = position.index();
    if (leadersTerm > term) {
      promise(leadersTerm, leader);
    }
  }

  /** Begins a shard. */
  void found(int machine) {
    told = new Members(List.of(machine), List.of());
  }

  /** What was told behind the first entry, for a snapshot at an index. */
  Members membersUpTo(long index) {
    Members found = told;
    for (long at = first(); at <= index && at <= last(); at++) {
      @Nullable Members here = entry(at).members();
      found = here == null ? found : here;
    }
    return found;
  }

  /** The machine stops: a part of what is not on disk is gone. How many forced entries are. */
  int crash(Chance chance) {
    int onDisk = 0;
    while (onDisk < slots.size() && slots.get(onDisk).onDisk) {
      onDisk++;
    }
    boolean lied = slots.stream().anyMatch(slot -> slot.forced && !slot.onDisk);
    int kept = lied ? onDisk : onDisk + chance.below(slots.size() - onDisk + 1);
    int lost = 0;
    for (Slot slot : slots.subList(kept, slots.size())) {
      lost += slot.forced ? 1 : 0;
    }
    slots.subList(kept, slots.size()).clear();
    for (Slot slot : slots) {
      slot.forced = true; // it is read from disk from now on
      slot.onDisk = true;
    }
    forced = last();
    return lost;
  }
}
