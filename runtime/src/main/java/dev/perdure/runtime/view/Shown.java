package dev.perdure.runtime.view;

import dev.perdure.runtime.record.EntityAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Of builds of several shards, which one shows which slot: each exactly one, or the answer has to
 * wait.
 */
final class Shown {

  private static final long NOT_AT_ALL = -1;

  private final List<BitSet> hidden;
  private final int missing;

  private Shown(List<BitSet> hidden, int missing) {
    this.hidden = hidden;
    this.missing = missing;
  }

  static Shown of(List<Claims> claims) {
    List<BitSet> hidden = new ArrayList<>();
    claims.forEach(one -> hidden.add(new BitSet()));
    int missing = -1;
    BitSet moved = new BitSet(EntityAddress.SLOTS);
    claims.forEach(one -> one.slots().keySet().forEach(moved::set));
    for (int slot = moved.nextSetBit(0); slot >= 0; slot = moved.nextSetBit(slot + 1)) {
      long best = NOT_AT_ALL;
      long left = NOT_AT_ALL;
      for (Claims one : claims) {
        best = Math.max(best, rank(one.of(slot)));
        left = Math.max(left, 2 * one.of(slot).left());
      }
      // Several have the same rank only if the slot never moved for them: then one has rows of it.
      for (int i = 0; i < claims.size(); i++) {
        hidden.get(i).set(slot, rank(claims.get(i).of(slot)) != best);
      }
      if (best < left) {
        missing = slot; // who has it now has not read so far yet
      }
    }
    return new Shown(hidden, missing);
  }

  /** Who has a slot by the newest move comes before who had it until that move. */
  private static long rank(Claims.Claim claim) {
    return switch (claim.kind()) {
      case HAS -> 2 * claim.move() + 1;
      case LEAVING -> 2 * claim.move();
      case NOTHING -> NOT_AT_ALL;
    };
  }

  /** A slot of which no build has the rows; -1 if there is none. */
  int missing() {
    return missing;
  }

  boolean shows(int build, int slot) {
    return !hidden.get(build).get(slot);
  }
}
