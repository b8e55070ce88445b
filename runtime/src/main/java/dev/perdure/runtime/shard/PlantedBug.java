package dev.perdure.runtime.shard;

import dev.perdure.runtime.apply.ApplyFlaw;
import java.util.EnumSet;
import java.util.Set;

/**
 * Ways in which the shard can be made wrong on purpose, so that the simulator can show that its
 * checkers would notice. Never set outside tests.
 */
public enum PlantedBug {
  ANSWER_BEFORE_COMMIT,
  ANSWER_FROM_SPECULATION,
  READ_FROM_SPECULATION,
  LEADERSHIP_NOT_CONFIRMED,
  NO_FENCE,
  SEQUENCE_HOLE,
  EPOCH_NOT_RAISED,
  SPECULATION_KEPT,
  OFFSET_NOT_REWOUND,
  DEAD_BATCH_JOINED,
  REPLY_LOST_BY_SNAPSHOT,
  SNAPSHOT_BEFORE_SYNC,
  REPEAT_IN_FLIGHT_RUNS,
  FINGERPRINT_IGNORED,
  REUSE_REFUSED_EARLY,
  KEY_REUSED_AFTER_RENAME,
  REJECTION_NOT_RECORDED,
  EXPIRY_BY_WALL_CLOCK,
  EXPIRY_KEEPS_ROWS,
  QUOTA_NEVER_GIVEN_BACK,
  EXPIRY_AHEAD_OF_STAMP,
  STAMP_FROM_WALL_CLOCK,
  STALE_FOLD,
  DEADLINE_NOT_CHECKED,
  PRECONDITION_IGNORED,
  CHECKPOINT_TOO_NEW,
  REPLACED_ROW_NOT_SUBTRACTED,
  TOTALS_NOT_REPLAYED,
  TOTALS_BEFORE_RECORDS,
  EVOLVE_NOT_TRIED,
  EVICTED_IN_FLIGHT,
  EVICTED_AS_ADDED,
  NEWS_HEARD_LATE,
  SEARCH_STOPS_AT_EXPIRED,
  FREEZE_SEEN_LATE,
  ROWS_OF_ANY_ATTEMPT,
  EXPIRY_OF_WHAT_LEFT,
  MOVED_CHECKPOINT_NOT_SUBTRACTED,
  WAKE_BY_WALL_CLOCK,
  WAKE_FORGOTTEN,
  WAKE_RUNS_TWICE,
  WAKE_LEFT_IN_INDEX,
  LOCK_IGNORED,
  VOTE_BEFORE_PREPARED,
  PREPARED_AFTER_COMMIT,
  ABORT_COMMITS,
  KNOWN_FORGOTTEN,
  STREAM_GAP;

  /** Those that apply has to make. */
  public static Set<ApplyFlaw> inApply(Set<PlantedBug> bugs) {
    Set<ApplyFlaw> flaws = EnumSet.noneOf(ApplyFlaw.class);
    for (ApplyFlaw flaw : ApplyFlaw.values()) {
      if (bugs.contains(valueOf(flaw.name()))) {
        flaws.add(flaw);
      }
    }
    return flaws;
  }
}
