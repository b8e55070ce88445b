package dev.perdure.runtime.backup;

import dev.perdure.runtime.record.EntityAddress;
import java.util.List;

/** Slots from one to another, both inclusive. */
public record Slots(int from, int to) {

  public Slots {
    if (from < 0 || to < from || to >= EntityAddress.SLOTS) {
      throw new IllegalArgumentException("slots " + from + " to " + to + " do not exist");
    }
  }

  /** The slots that a shard has when so many share them equally. */
  public static Slots of(int shard, int shards) {
    // The first slot of a shard is the first that the division gives to it.
    int from = (shard * EntityAddress.SLOTS + shards - 1) / shards;
    return new Slots(from, ((shard + 1) * EntityAddress.SLOTS + shards - 1) / shards - 1);
  }

  boolean overlaps(Slots other) {
    return from <= other.to && other.from <= to;
  }

  /** True if a slot is in one of the ranges. */
  static boolean contain(List<Slots> all, int slot) {
    return all.stream().anyMatch(one -> one.from <= slot && slot <= one.to);
  }
}
