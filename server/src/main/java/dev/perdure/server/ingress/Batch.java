package dev.perdure.server.ingress;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.EntityAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The lines of one batch on their way, in the order in which they came.
 *
 * <p>Lines of different entities are under way at the same time. A line is handed over only when
 * the answer of its entity's line before is known: a core that refuses one and takes the next would
 * break their order. What failed, or is not known, makes every later line of its entity fail with
 * {@code predecessor}.
 *
 * <p>Threading: {@link #take} is called by the thread that reads, {@link #answer} by the one that
 * writes, in the order of the lines. One lock guards the chains.
 */
final class Batch {

  /** Entities of which a line failed; remembered until the batch ends, so they are bounded. */
  private static final int FAILED_ENTITIES_MAX = 16_384;

  private static final Outcome PREDECESSOR =
      Outcome.Failed.of(
          ProblemCode.PREDECESSOR, "a line of the same entity above failed or is not known");
  private static final Outcome TOO_MANY_FAILED =
      Outcome.Failed.of(
          ProblemCode.PREDECESSOR,
          "lines of more than "
              + FAILED_ENTITIES_MAX
              + " entities failed; the rest of the batch is not executed");

  private final EntityDoor door;
  private final Map<EntityAddress, Line> last = new HashMap<>();
  private int failedEntities;

  Batch(EntityDoor door) {
    this.door = door;
  }

  /** A line on its way to its answer. */
  static final class Line {
    private final EntityDoor.@Nullable Prepared prepared;
    private final @Nullable String operationId;
    private @Nullable Outcome outcome;
    private Entities.@Nullable Waiting waiting;
    private @Nullable Line next;

    private Line(EntityDoor.@Nullable Prepared prepared, @Nullable String operationId) {
      this.prepared = prepared;
      this.operationId = operationId;
    }

    /** A line that does not get as far as an entity. */
    static Line failed(Outcome.Failed outcome) {
      Line line = new Line(null, null);
      line.outcome = outcome;
      return line;
    }

    @Nullable String operationId() {
      return operationId;
    }
  }

  /** Takes a line; hands it over unless its entity has one under way. */
  synchronized Line take(EntityDoor.Prepared prepared, @Nullable String operationId) {
    Line line = new Line(prepared, operationId);
    if (failedEntities > FAILED_ENTITIES_MAX) {
      line.outcome = TOO_MANY_FAILED;
      return line;
    }
    Line before = last.put(prepared.address(), line);
    if (before == null) {
      line.waiting = door.submit(prepared);
    } else if (before.outcome instanceof Outcome.Failed) {
      line.outcome = PREDECESSOR;
    } else {
      before.next = line;
    }
    return line;
  }

  /** The answer of the oldest line that has none yet; waits for it. */
  Outcome answer(Line line) {
    Entities.Waiting waiting;
    synchronized (this) {
      waiting = line.waiting;
    }
    if (waiting == null) {
      // It failed at the door, or with its predecessor, whose answer was asked for before.
      Outcome known = line.outcome;
      return settle(line, known == null ? PREDECESSOR : known);
    }
    return settle(line, waiting.await());
  }

  private synchronized Outcome settle(Line line, Outcome outcome) {
    boolean failed = outcome instanceof Outcome.Failed;
    boolean known = line.outcome != null;
    line.outcome = outcome;
    EntityDoor.Prepared prepared = line.prepared;
    Line next = line.next;
    if (prepared == null) {
      return outcome;
    }
    if (failed && !known) {
      failedEntities++;
    }
    if (next == null) {
      if (!failed) {
        last.remove(prepared.address(), line);
      }
    } else if (failed) {
      next.outcome = PREDECESSOR;
    } else if (next.prepared != null) {
      next.waiting = door.submit(next.prepared);
    }
    line.next = null;
    return outcome;
  }
}
