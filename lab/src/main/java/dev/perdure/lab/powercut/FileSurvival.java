package dev.perdure.lab.powercut;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The content of one file as it may be found after the cut.
 *
 * <p>A file has a version after each change; version {@code -1} is the empty file. Its size is that
 * of one version. Each unit (sector or page) has the content of one version of its own, because the
 * page cache writes units back independently, each as it stands at that moment: a unit that shows a
 * write shows every earlier write to that unit too. What is certain and what a {@link Change#fence}
 * forbids bounds the versions from below and above.
 */
final class FileSurvival {

  private final Node file;
  private final CutState state;
  private final Dice dice;
  private final int happened;
  private final BitSet certain;

  /** Changes before this one are all certain: the plain beginning of the content. */
  private final int settled;

  /** The version that gave the file its size. */
  private final int sizeVersion;

  private final long size;
  private int unitsOpen;
  private int unitsOld;

  FileSurvival(Node file, CutState state, Dice dice, long journalEnd) {
    this.file = file;
    this.state = state;
    this.dice = dice;
    this.happened = state.happened(file);
    this.certain = state.certain(file);
    this.settled = Math.min(certain.nextClearBit(0), happened);
    this.sizeVersion = chooseSizeVersion(journalEnd);
    this.size = chooseSize();
  }

  private int chooseSizeVersion(long journalEnd) {
    int low = certain.length() - 1;
    int high = happened - 1;
    if (state.model == CrashModel.ORDERED) {
      for (int i = settled; i < happened; i++) {
        Change change = file.changes.get(i);
        if (change.metadata() && change.sequence() >= journalEnd) {
          high = i - 1;
          break;
        } else if (change.metadata()) {
          low = Math.max(low, i);
        }
      }
    }
    return dice.sizeVersion(file, low, high);
  }

  private long chooseSize() {
    if (sizeVersion < settled || certain.get(sizeVersion)) {
      return sizeAfter(sizeVersion);
    }
    Change last = file.changes.get(sizeVersion);
    long before = sizeAfter(sizeVersion - 1);
    boolean grew = !last.metadata() && last.sizeAfter() > before;
    return grew ? dice.sizeWithin(last, before) : last.sizeAfter();
  }

  private long sizeAfter(int version) {
    return version < 0 ? 0 : file.changes.get(version).sizeAfter();
  }

  void writeTo(Path path) throws IOException {
    long capacity = size;
    for (int i = 0; i < happened; i++) {
      capacity = Math.max(capacity, file.changes.get(i).sizeAfter());
    }
    try (FileChannel channel =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      if (capacity > 0) {
        try (Arena arena = Arena.ofConfined()) {
          fill(channel.map(FileChannel.MapMode.READ_WRITE, 0, capacity, arena));
        }
        channel.truncate(size);
      }
    }
  }

  /** What is missing, for people; empty if nothing is. */
  String loss() {
    long whole = sizeAfter(happened - 1);
    if (size == whole && unitsOld == 0) {
      return "";
    }
    return "size " + size + " of " + whole + ", " + unitsOld + " of " + unitsOpen + " units old";
  }

  private void fill(MemorySegment content) {
    for (int i = 0; i < settled; i++) {
      apply(i, content, 0, Math.max(sizeAfter(i), sizeAfter(i - 1)));
    }
    int unitBytes = dice.unitBytes();
    for (Map.Entry<Long, List<Integer>> unit :
        openUnits(unitBytes, content.byteSize()).entrySet()) {
      long start = unit.getKey() * unitBytes;
      long end = Math.min(start + unitBytes, content.byteSize());
      fillUnit(unit.getValue(), content, start, end);
    }
  }

  /** Units that changes which are not settled touch, with those changes in order. */
  private Map<Long, List<Integer>> openUnits(int unitBytes, long capacity) {
    Map<Long, List<Integer>> units = new TreeMap<>();
    for (int i = settled; i < happened; i++) {
      Change change = file.changes.get(i);
      long to = Math.min(change.to(), capacity);
      for (long start = change.from() / unitBytes * unitBytes; start < to; start += unitBytes) {
        units.computeIfAbsent(start / unitBytes, u -> new ArrayList<>()).add(i);
      }
    }
    return units;
  }

  private void fillUnit(List<Integer> touching, MemorySegment content, long start, long end) {
    List<Integer> possible = possibleVersions(touching, start, end);
    long[] sequences =
        possible.stream().mapToLong(i -> i < 0 ? -1 : file.changes.get(i).sequence()).toArray();
    int version = possible.get(dice.unitVersion(sequences));
    for (int i : touching) {
      if (i <= version) {
        apply(i, content, start, end);
      }
    }
    if (start < size) {
      unitsOpen++;
      unitsOld += version < touching.getLast() ? 1 : 0;
    }
    // A block of the file's own has zeros behind the old end; only a new block shows old data.
    boolean newBlock = version < 0 && start >= sizeAfter(settled - 1);
    boolean written = !file.changes.get(touching.getLast()).metadata();
    if (dice.fate == Fate.STALE_BLOCKS && newBlock && written) {
      byte[] noise = dice.noise((int) (end - start));
      MemorySegment.copy(MemorySegment.ofArray(noise), 0, content, start, noise.length);
    }
  }

  private List<Integer> possibleVersions(List<Integer> touching, long start, long end) {
    int low = -1;
    for (int i : touching) {
      Change change = file.changes.get(i);
      boolean lastByte = state.model == CrashModel.ORDERED && bringsLastByte(i, start, end);
      if (certain.get(i) || lastByte || (change.fence() && i <= sizeVersion)) {
        low = i;
      }
    }
    List<Integer> possible = new ArrayList<>();
    possible.add(low);
    for (int i : touching) {
      if (i > sizeVersion && file.changes.get(i).fence()) {
        break;
      }
      if (i > low) {
        possible.add(i);
      }
    }
    return possible;
  }

  /** An ordered file system lets a file grow only when the block at its end has arrived. */
  private boolean bringsLastByte(int version, long start, long end) {
    Change change = file.changes.get(version);
    return version <= sizeVersion
        && !change.metadata()
        && start < size
        && size <= end
        && change.touches(size - 1, size);
  }

  private void apply(int version, MemorySegment content, long start, long end) {
    Change change = file.changes.get(version);
    long from = Math.max(change.from(), start);
    long to = Math.min(change.to(), end);
    if (from >= to) {
      return;
    }
    MemorySegment data = change.data();
    if (data == null) {
      content.asSlice(from, to - from).fill((byte) 0);
    } else {
      MemorySegment.copy(data, from - change.from(), content, from, to - from);
    }
  }
}
