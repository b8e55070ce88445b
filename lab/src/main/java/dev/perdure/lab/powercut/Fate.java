package dev.perdure.lab.powercut;

import java.util.List;

/**
 * How what was not certain survives. The extremes find most mistakes; the mixtures find the
 * mistakes of code that is right at both ends.
 */
public enum Fate {
  /** Nothing that was not certain. */
  NOTHING,
  /** Everything: the disk was quick. */
  EVERYTHING,
  /** All before some instant, nothing after it; the write at the instant is torn. */
  UNTIL_INSTANT,
  /** The latest writes without the earlier ones. */
  SINCE_INSTANT,
  /** Of some files everything, of others nothing. */
  FILE_BY_FILE,
  /** Each 4 KiB page, each name, each size by itself. */
  PAGE_BY_PAGE,
  /** Each 512-byte sector by itself: torn pages. */
  SECTOR_BY_SECTOR,
  /** Every name and size, no content: zeros where data should be. */
  NAMES_AND_SIZES,
  /** Every content, no name. */
  CONTENTS_ONLY,
  /** As {@link #NAMES_AND_SIZES}, with old blocks of the disk in place of zeros. */
  STALE_BLOCKS;

  private static final List<Fate> STRICT = List.of(values());
  private static final List<Fate> ORDERED =
      STRICT.stream().filter(fate -> fate != STALE_BLOCKS).toList();

  static List<Fate> of(CrashModel model) {
    return switch (model) {
      case STRICT -> STRICT;
      case ORDERED -> ORDERED;
    };
  }

  /** Consecutive seeds go through all fates of a model. */
  static Fate of(CrashModel model, long seed) {
    List<Fate> fates = of(model);
    return fates.get(Math.floorMod(seed, fates.size()));
  }
}
