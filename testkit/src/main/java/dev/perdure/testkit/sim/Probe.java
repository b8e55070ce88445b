package dev.perdure.testkit.sim;

import java.util.Locale;

/** Faults injected and rare states reached; a run counts them, so that a blind spot shows. */
public enum Probe {
  CRASH(true),
  CRASH_INSIDE_A_STEP(true),
  LEADER_DEPOSED(true),
  LEADER_CUT_OFF(true),
  REPLICA_CUT_OFF(true),
  APPEND_LOST(true),
  APPEND_LATE(true),
  APPEND_FAILED_BUT_KEPT(true),
  APPEND_TWICE(true),
  TAIL_TRUNCATED(true),
  LEADING_TOLD_TWICE(true),
  FOLLOWING_TOLD_TWICE(true),
  CONFIRMATION_REFUSED(true),
  CLOCK_JUMPED_AHEAD(true),
  CLOCK_JUMPED_BACK(true),
  CODE_CHANGED(true),
  CODE_ROLLED_BACK(true),
  LIVE_STORE_LOST(true),
  WRITES_LOST_AT_CRASH(true),
  SNAPSHOT_CUT_OFF(true),
  SLOW_SNAPSHOT(true),
  SLOW_APPLY(true),
  DISK_FULL(true),
  DEPENDENCY_FAILED(true),
  DEPENDENCY_ANSWER_LOST(true),
  DEPENDENCY_HUNG(true),
  DEPENDENCY_CALLED_TWICE(true),

  APPLIED_DURING_A_STEP(false),
  REQUEST_DURING_A_STEP(false),
  REDECIDED(false),
  FENCE_REJECTED(false),
  FENCE_REJECTED_HOLE(false),
  FENCE_REJECTED_OLD_EPOCH(false),
  FENCE_REJECTED_OLD_TERM(false),
  ENTITY_RELOADED(false),
  SNAPSHOT_TAKEN(false),
  STARTED_FROM_SNAPSHOT(false),
  REPLAYED_OVER_NEWER_STORE(false),
  STARTED_WITH_UNREAD_OPERATIONS(false),
  REPLIES_EXPIRED(false),
  BARE_ROW_EXPIRED(false),
  EXECUTED_ANEW_AFTER_RETENTION(false),
  REPLAYED_ANSWER(false),
  REPLAYED_REJECTION(false),
  REPEATED_WHILE_IN_FLIGHT(false),
  REUSE_REFUSED(false),
  VERSION_MISMATCH(false),
  DEADLINE_EXCEEDED(false),
  OUTCOME_UNKNOWN(false),
  UNKNOWN_TOOK_EFFECT(false),
  UNKNOWN_TOOK_NONE(false),
  OVERLOADED(false),
  QUOTA_REACHED(false),
  QUARANTINED(false),
  CHECKPOINT_WRITTEN(false),
  WOKEN(false),
  WAKE_FAILED(false),
  CALLED_BY_ALIAS(false),
  POISON_REFUSED(false),
  READ_ONLY(false),
  LEADERSHIP_REFUSED_FOR_CLOCK(false),
  SAGA_COMPLETED(false),
  SAGA_COMPENSATED(false),
  SAGA_PARKED(false),
  CHILD_STARTED(false),
  CHILD_TURNED_BACK(false),
  CHILD_NEVER_RAN(false),
  DECISION_TAKEN(false),
  DECISION_REFUSED(false),
  MESSAGE_DONE(false),
  MESSAGE_DEAD(false),
  MESSAGE_LEASED_AGAIN(false),
  EVENT_HANDED(false),
  EVENT_HANDED_AGAIN(false),
  EVENT_DIED(false),
  DEAD_LETTER_DELIVERED(false),
  SUBSCRIPTION_REWOUND(false),
  SUBSCRIPTION_PAUSED(false);

  private final boolean fault;

  Probe(boolean fault) {
    this.fault = fault;
  }

  /** True for what the simulator does, false for what comes of it. */
  public boolean fault() {
    return fault;
  }

  /** For people. */
  public String words() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
