package dev.perdure.testkit.sim;

import static dev.perdure.testkit.check.Checker.ACKNOWLEDGED;
import static dev.perdure.testkit.check.Checker.ANSWERED;
import static dev.perdure.testkit.check.Checker.ASSERTION;
import static dev.perdure.testkit.check.Checker.DEADLINE;
import static dev.perdure.testkit.check.Checker.FACTS;
import static dev.perdure.testkit.check.Checker.FOLD;
import static dev.perdure.testkit.check.Checker.LINEARIZABILITY;
import static dev.perdure.testkit.check.Checker.ONCE;
import static dev.perdure.testkit.check.Checker.ORDER;
import static dev.perdure.testkit.check.Checker.PRECONDITION;
import static dev.perdure.testkit.check.Checker.PROGRESS;
import static dev.perdure.testkit.check.Checker.REPLICAS_EQUAL;
import static dev.perdure.testkit.check.Checker.RETENTION;
import static dev.perdure.testkit.check.Checker.SAME_REPLY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.testkit.bank.BankWorkload;
import dev.perdure.testkit.check.Checker;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checkers can fail: each way of making the shard wrong is noticed, by those made for it. */
class PlantedBugsTest {

  private static final int SEEDS_MAX = 150;

  /**
   * Those of moves need two shards: see {@link SlotMoveSimulationTest}; those of wakes entities
   * that have some: see {@link WakeSimulationTest}; those of locks transactions: see {@link
   * TransactionSimulationTest}; those of drivers and queues sagas and messages: see {@link
   * SagaSimulationTest} and {@link FamilySimulationTest}; those of consumers subscriptions: see
   * {@link SubscriptionSimulationTest}.
   */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {
        "FREEZE_SEEN_LATE",
        "ROWS_OF_ANY_ATTEMPT",
        "EXPIRY_OF_WHAT_LEFT",
        "MOVED_CHECKPOINT_NOT_SUBTRACTED",
        "WAKE_BY_WALL_CLOCK",
        "WAKE_FORGOTTEN",
        "WAKE_RUNS_TWICE",
        "WAKE_LEFT_IN_INDEX",
        "LOCK_IGNORED",
        "VOTE_BEFORE_PREPARED",
        "PREPARED_AFTER_COMMIT",
        "ABORT_COMMITS",
        "INTENT_NOT_RECORDED",
        "RESULT_RECORDED_TWICE",
        "UNDO_FORGOTTEN",
        "UNDO_IN_ORDER",
        "UNDONE_ON_A_GUESS",
        "ID_OF_EACH_ATTEMPT",
        "DUE_HEARD_ONCE",
        "BEGUN_SAID_EARLY",
        "SLEEP_CUT_SHORT",
        "CHILD_LEFT_ALONE",
        "CHILD_OF_EACH_ATTEMPT",
        "CHILD_TAKEN_AS_DONE",
        "DECISION_REPEATED",
        "DECISION_UNSEEN",
        "RETRIED_UNDER_OLD_ID",
        "LEASE_GIVEN_UNRECORDED",
        "LEASE_NEVER_OVER",
        "REPLY_NOT_DELIVERED",
        "CURSOR_BEFORE_HANDLER",
        "CURSOR_LEFT_AHEAD",
        "REWIND_NOT_HEEDED",
        "SPLIT_BACKWARDS",
        "DEAD_AT_ONCE",
        "LETTER_NOT_DELIVERED",
        "EFFECT_OF_EACH_DELIVERY",
        "ENDS_BEFORE_ITS_SHARD"
      })
  void catches(PlantedBug bug) {
    Run.Result result = null;
    for (long seed = 1; seed <= SEEDS_MAX; seed++) {
      result = Run.of(seed, new BankWorkload(), new Run.Options(EnumSet.of(bug), 0));
      if (result.violation() != null) {
        break;
      }
    }

    assertThat(result.violation()).as("%s after %d seeds", bug, result.seed()).isNotNull();
    assertThat(result.violation().checker())
        .as(Summary.failure(result, EnumSet.of(bug)))
        .isIn(noticedBy(bug));
    System.out.printf(
        "%-28s seed %3d  %-16s %s%n",
        bug, result.seed(), result.violation().checker().words(), result.violation().detail());
  }

  private static Set<Checker> noticedBy(PlantedBug bug) {
    return switch (bug) {
      case ANSWER_BEFORE_COMMIT -> Set.of(ACKNOWLEDGED);
      case ANSWER_FROM_SPECULATION, READ_FROM_SPECULATION -> Set.of(LINEARIZABILITY);
      case LEADERSHIP_NOT_CONFIRMED, NEWS_HEARD_LATE -> Set.of(LINEARIZABILITY);
      case NO_FENCE, SEQUENCE_HOLE, OFFSET_NOT_REWOUND -> Set.of(ASSERTION);
      case EPOCH_NOT_RAISED -> Set.of(PROGRESS);
      case SPECULATION_KEPT, EVICTED_IN_FLIGHT, EVICTED_AS_ADDED ->
          Set.of(ORDER, LINEARIZABILITY, FACTS, ASSERTION);
      case DEAD_BATCH_JOINED -> Set.of(ANSWERED, PROGRESS, ASSERTION);
      case REPLY_LOST_BY_SNAPSHOT, REPEAT_IN_FLIGHT_RUNS -> Set.of(ONCE);
      case SNAPSHOT_BEFORE_SYNC -> Set.of(ASSERTION, REPLICAS_EQUAL, FACTS);
      case FINGERPRINT_IGNORED, REUSE_REFUSED_EARLY, KEY_REUSED_AFTER_RENAME -> Set.of(SAME_REPLY);
      case REJECTION_NOT_RECORDED -> Set.of(SAME_REPLY, ACKNOWLEDGED);
      case EXPIRY_BY_WALL_CLOCK -> Set.of(ONCE, RETENTION);
      case EXPIRY_AHEAD_OF_STAMP, SEARCH_STOPS_AT_EXPIRED -> Set.of(ONCE);
      case EXPIRY_KEEPS_ROWS, QUOTA_NEVER_GIVEN_BACK -> Set.of(RETENTION, PROGRESS);
      case STAMP_FROM_WALL_CLOCK -> Set.of(ASSERTION, ORDER);
      case KNOWN_FORGOTTEN -> Set.of(ORDER, FOLD, LINEARIZABILITY, FACTS, ASSERTION);
      case STALE_FOLD -> Set.of(LINEARIZABILITY, FOLD, ORDER);
      case DEADLINE_NOT_CHECKED -> Set.of(DEADLINE);
      case PRECONDITION_IGNORED -> Set.of(PRECONDITION, LINEARIZABILITY);
      case CHECKPOINT_TOO_NEW -> Set.of(ORDER, FOLD);
      case STREAM_GAP -> Set.of(FACTS);
      case REPLACED_ROW_NOT_SUBTRACTED -> Set.of(FACTS);
      case TOTALS_NOT_REPLAYED -> Set.of(REPLICAS_EQUAL, FACTS);
      case TOTALS_BEFORE_RECORDS -> Set.of(FACTS, ONCE, SAME_REPLY, ACKNOWLEDGED, ASSERTION);
      case EVOLVE_NOT_TRIED -> Set.of(LINEARIZABILITY, FOLD, PROGRESS, ANSWERED);
      case FREEZE_SEEN_LATE,
          ROWS_OF_ANY_ATTEMPT,
          EXPIRY_OF_WHAT_LEFT,
          MOVED_CHECKPOINT_NOT_SUBTRACTED ->
          Set.of();
      case WAKE_BY_WALL_CLOCK, WAKE_FORGOTTEN, WAKE_RUNS_TWICE, WAKE_LEFT_IN_INDEX -> Set.of();
      case LOCK_IGNORED, VOTE_BEFORE_PREPARED, PREPARED_AFTER_COMMIT, ABORT_COMMITS -> Set.of();
      case INTENT_NOT_RECORDED,
          RESULT_RECORDED_TWICE,
          UNDO_FORGOTTEN,
          UNDO_IN_ORDER,
          UNDONE_ON_A_GUESS,
          ID_OF_EACH_ATTEMPT,
          DUE_HEARD_ONCE,
          BEGUN_SAID_EARLY,
          SLEEP_CUT_SHORT,
          CHILD_LEFT_ALONE,
          CHILD_OF_EACH_ATTEMPT,
          CHILD_TAKEN_AS_DONE,
          DECISION_REPEATED,
          DECISION_UNSEEN,
          RETRIED_UNDER_OLD_ID,
          LEASE_GIVEN_UNRECORDED,
          LEASE_NEVER_OVER,
          REPLY_NOT_DELIVERED ->
          Set.of();
      case CURSOR_BEFORE_HANDLER,
          CURSOR_LEFT_AHEAD,
          REWIND_NOT_HEEDED,
          SPLIT_BACKWARDS,
          DEAD_AT_ONCE,
          LETTER_NOT_DELIVERED,
          EFFECT_OF_EACH_DELIVERY,
          ENDS_BEFORE_ITS_SHARD ->
          Set.of();
    };
  }
}
