package dev.perdure.runtime.shard;

import dev.perdure.kernel.Clock;
import dev.perdure.runtime.shard.ShardLoop.Role;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a loop is now, since when, and if it stopped why. The loop changes it, any thread reads. */
final class Standing {

  private final Clock clock;
  private final Consumer<Role> told;
  private volatile Role role = Role.FOLLOWING;
  private volatile String stoppedBecause = "";
  private volatile long sinceNs;

  /**
   * Following.
   *
   * @param told of every change
   */
  Standing(Clock clock, Consumer<Role> told) {
    this.clock = clock;
    this.told = told;
    this.sinceNs = clock.monotonicNs();
  }

  Role role() {
    return role;
  }

  String stoppedBecause() {
    return stoppedBecause;
  }

  boolean forLongerThan(long ns) {
    return clock.monotonicNs() - sinceNs > ns;
  }

  /** Why requests that wait here wait in vain; null if a leader may still be found. */
  @Nullable String refusal(@Nullable String leader) {
    if (leader != null) {
      return "node " + leader + " leads";
    }
    return forLongerThan(Shard.NO_LEADER_AFTER_NS) ? "the shard has no leader" : null;
  }

  void change(Role now) {
    role = now;
    sinceNs = clock.monotonicNs();
    told.accept(now);
  }

  void stop(String reason) {
    stoppedBecause = reason;
    change(Role.STOPPED);
  }
}
