package dev.perdure.runtime.shard;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.OperationStatus;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.CommandRecord;

/** Answers reads from applied state, once leadership is confirmed. Loop thread. */
final class Reads {

  private static final byte[] NOTHING = new byte[0];

  private final ShardParts parts;
  private final ShardLoop loop;
  private final Decider decider;
  private final Repeats repeats;

  Reads(ShardParts parts, ShardLoop loop, Decider decider, Repeats repeats) {
    this.parts = parts;
    this.loop = loop;
    this.decider = decider;
    this.repeats = repeats;
  }

  void state(StateRequest read) {
    if (!loop.caughtUp(read)) {
      return;
    }
    if (read.barrierOnly()) {
      loop.confirm(read, new Outcome.Done(0, NOTHING, false));
      return;
    }
    if (loop.ownership().refuses(read, read.address())) {
      return;
    }
    CachedEntity entity = decider.entity(read.address(), read);
    if (entity == null) {
      return;
    }
    boolean speculative = parts.has(PlantedBug.READ_FROM_SPECULATION);
    long version = speculative ? entity.speculativeVersion() : entity.appliedVersion();
    if (version == 0) {
      loop.confirm(
          read,
          Outcome.Failed.of(
              ProblemCode.NOT_FOUND, "entity '" + read.address().id() + "' has no events"));
      return;
    }
    read.state(speculative ? entity.speculative() : entity.applied());
    loop.confirm(read, new Outcome.Done(version, NOTHING, false));
  }

  void operation(OperationRequest asked) {
    if (!loop.caughtUp(asked) || loop.ownership().refuses(asked, asked.address())) {
      return;
    }
    if (repeats.isInFlight(asked.address(), asked.operationId())) {
      asked.status(new OperationStatus.InProgress());
    } else {
      CommandRecord record =
          repeats.recorded(asked.address(), asked.operationId(), loop.stampNow());
      if (record != null) {
        asked.status(new OperationStatus.Recorded(Repeats.replay(record), record.stamp()));
      }
    }
    loop.confirm(asked, new Outcome.Done(0, NOTHING, false));
  }
}
