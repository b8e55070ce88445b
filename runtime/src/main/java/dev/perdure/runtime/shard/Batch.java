package dev.perdure.runtime.shard;

import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.Fence;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The commands of one entry, from being decided to being applied. */
final class Batch {

  private final Fence fence;
  private final long stamp;
  private final List<Pending> commands = new ArrayList<>();
  private final List<Follower> followers = new ArrayList<>();
  private final List<CachedEntity> changed = new ArrayList<>();
  private volatile boolean sealed;
  private boolean finished;

  Batch(Fence fence, long stamp) {
    this.fence = fence;
    this.stamp = stamp;
  }

  /** An answer that is not recorded but saw this batch: it leaves when the batch is applied. */
  record Follower(Request request, Outcome answer) {}

  Fence fence() {
    return fence;
  }

  long stamp() {
    return stamp;
  }

  /** The recorded commands; unchanged once sealed. */
  List<Pending> commands() {
    return commands;
  }

  /** Loop thread only. */
  List<Follower> followers() {
    return followers;
  }

  /** It changes something of an entity, perhaps without a command of it. Loop thread only. */
  void changed(CachedEntity entity) {
    changed.add(entity);
  }

  /** Shows every request that waits for it. Loop thread only. */
  void forEachRequest(Consumer<Request> action) {
    commands.forEach(action);
    followers.forEach(follower -> action.accept(follower.request));
  }

  /** The batch is applied. Loop thread only. */
  void finishFollowers(ShardCounters counters) {
    finished = true;
    changed.forEach(entity -> entity.apply(null, 0, this));
    for (Follower follower : followers) {
      if (follower.answer instanceof Outcome.Failed) {
        counters.failed();
      }
      follower.request.finish(follower.answer);
    }
  }

  /** True once it is applied. Loop thread only. */
  boolean finished() {
    return finished;
  }

  /** After this the apply thread may read the commands. */
  void seal() {
    sealed = true;
  }

  boolean sealed() {
    return sealed;
  }

  /** How much it is that others wait for: commands, and changes that are no command's. */
  int size() {
    return Math.max(commands.size(), changed.size());
  }

  /** Answers the recorded commands. Apply thread, after the effects are stored. */
  void answer() {
    for (int i = 0; i < commands.size(); i++) {
      commands.get(i).finishPrepared();
    }
  }

  /** Answers those whose deadline has passed. Any thread, once sealed. */
  void expire(long nowNs) {
    if (sealed) {
      for (int i = 0; i < commands.size(); i++) {
        commands.get(i).expire(nowNs);
      }
    }
  }
}
