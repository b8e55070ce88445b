package dev.perdure.runtime.shard;

import dev.perdure.kernel.Clock;
import dev.perdure.runtime.shard.ShardLoop.Role;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** What a loop is now, since when, and if it stopped why. The loop changes it, any thread reads. */
final class Standing {

  private static final long NONE = -1;

  private final Clock clock;
  private final Lead lead;
  private final Consumer<Role> told;
  private volatile Role role = Role.FOLLOWING;
  private volatile String stoppedBecause = "";
  private volatile long sinceNs;

  /** The term in which it was elected and does not begin to lead. Only the loop knows. */
  private long held = NONE;

  /**
   * Following.
   *
   * @param told of every change
   */
  Standing(ShardParts parts, Consumer<Role> told) {
    this.clock = parts.clock();
    this.lead = parts.lead();
    this.told = told;
    this.sinceNs = clock.monotonicNs();
  }

  Role role() {
    return role;
  }

  String stoppedBecause() {
    return stoppedBecause;
  }

  /** True if it must not begin to lead in a term, for which it was elected. */
  boolean holds(long term) {
    held = lead.refused().isEmpty() ? NONE : term;
    return held != NONE;
  }

  /** Has somebody lead in the term that was held back, once nothing is against it any more. */
  void whenReleased(LongConsumer leading) {
    if (held != NONE && lead.refused().isEmpty()) {
      leading.accept(held);
    }
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
    if (role == Role.STOPPED) {
      return; // for good: an entry that was on its way must not have it lead
    }
    held = NONE;
    role = now;
    sinceNs = clock.monotonicNs();
    told.accept(now);
  }

  void stop(String reason) {
    stoppedBecause = reason;
    change(Role.STOPPED);
  }
}
