package dev.perdure.lab.powercut;

import java.util.SplittableRandom;

/**
 * Turns a {@link Fate} into single decisions, repeatably for a seed. Decisions about one file do
 * not depend on how many were made about another.
 */
final class Dice {

  private static final int SECTOR_BYTES = 512;
  private static final int PAGE_BYTES = 4096;

  final Fate fate;

  /** For the fates that have one: the sequence number at which they part before from after. */
  private final long instant;

  private final SplittableRandom random;

  /** Whether this file is one of those of which everything survives. */
  private final boolean lucky;

  private Dice(Fate fate, long instant, SplittableRandom random) {
    this.fate = fate;
    this.instant = instant;
    this.random = random;
    this.lucky = random.nextBoolean();
  }

  /**
   * The dice for names and the journal.
   *
   * @param pending sequence numbers of everything that is not certain, ascending
   */
  static Dice of(Fate fate, long seed, CutState state, long[] pending) {
    SplittableRandom random = new SplittableRandom(mixed(seed, state.cut));
    // Half of the time close to the cut: what was acknowledged last is at risk most.
    int near = random.nextBoolean() ? Math.min(pending.length, 16) : pending.length;
    long instant = near == 0 ? state.cut : pending[pending.length - 1 - random.nextInt(near)];
    return new Dice(fate, instant, random);
  }

  /** The dice for the content of one file. */
  Dice forFile(Node file, long seed) {
    return new Dice(fate, instant, new SplittableRandom(mixed(seed + 1, file.id)));
  }

  private static long mixed(long seed, long other) {
    return new SplittableRandom(seed * 0x9E3779B97F4A7C15L + other).nextLong();
  }

  int unitBytes() {
    return fate == Fate.SECTOR_BY_SECTOR || fate == Fate.UNTIL_INSTANT ? SECTOR_BYTES : PAGE_BYTES;
  }

  boolean nameSurvives(long sequence) {
    return switch (fate) {
      case NOTHING, CONTENTS_ONLY -> false;
      case EVERYTHING, NAMES_AND_SIZES, STALE_BLOCKS -> true;
      case UNTIL_INSTANT -> sequence <= instant;
      case SINCE_INSTANT -> sequence >= instant;
      case FILE_BY_FILE, PAGE_BY_PAGE, SECTOR_BY_SECTOR -> random.nextBoolean();
    };
  }

  /** How far the journal got: everything before the returned sequence number. */
  long journalEnd(long certain, long cut) {
    return switch (fate) {
      case NOTHING, CONTENTS_ONLY -> certain;
      case EVERYTHING, SINCE_INSTANT, NAMES_AND_SIZES, STALE_BLOCKS -> cut;
      case UNTIL_INSTANT -> Math.clamp(instant + 1, certain, cut);
      case FILE_BY_FILE -> random.nextBoolean() ? cut : certain;
      case PAGE_BY_PAGE, SECTOR_BY_SECTOR -> random.nextLong(certain, cut + 1);
    };
  }

  /** Which change gave the file its size: an index between two, both possible. */
  int sizeVersion(Node file, int low, int high) {
    return switch (fate) {
      case NOTHING -> low;
      case EVERYTHING, SINCE_INSTANT, NAMES_AND_SIZES, CONTENTS_ONLY, STALE_BLOCKS -> high;
      case UNTIL_INSTANT -> {
        int version = high;
        while (version > low && file.changes.get(version).sequence() > instant) {
          version--;
        }
        yield version;
      }
      case FILE_BY_FILE -> lucky ? high : low;
      case PAGE_BY_PAGE, SECTOR_BY_SECTOR -> random.nextInt(low, high + 1);
    };
  }

  /** The size when a write made the file grow: the write-back of a long write may have got half. */
  long sizeWithin(Change growth, long before) {
    long after = growth.sizeAfter();
    boolean torn =
        switch (fate) {
          case UNTIL_INSTANT -> growth.sequence() == instant;
          case PAGE_BY_PAGE, SECTOR_BY_SECTOR -> random.nextBoolean();
          default -> false;
        };
    long firstUnit = before / unitBytes() + 1;
    long lastUnit = (after - 1) / unitBytes();
    if (!torn || firstUnit > lastUnit) {
      return after;
    }
    return random.nextLong(firstUnit, lastUnit + 1) * unitBytes();
  }

  /**
   * Which of the possible versions a unit of a file has: an index into {@code changes}.
   *
   * @param sequences of the changes that made the versions, ascending; the first is the oldest
   *     possible one
   */
  int unitVersion(long[] sequences) {
    int last = sequences.length - 1;
    return switch (fate) {
      case NOTHING, NAMES_AND_SIZES, STALE_BLOCKS -> 0;
      case EVERYTHING, CONTENTS_ONLY -> last;
      case UNTIL_INSTANT -> {
        int version = last;
        while (version > 0 && sequences[version] > instant) {
          version--;
        }
        boolean torn = version > 0 && sequences[version] == instant;
        yield torn && random.nextBoolean() ? version - 1 : version;
      }
      case SINCE_INSTANT -> sequences[last] >= instant ? last : 0;
      case FILE_BY_FILE -> lucky ? last : 0;
      case PAGE_BY_PAGE, SECTOR_BY_SECTOR -> random.nextInt(last + 1);
    };
  }

  /** What a block held before it was given to the file. */
  byte[] noise(int bytes) {
    byte[] noise = new byte[bytes];
    random.nextBytes(noise);
    return noise;
  }
}
