package dev.perdure.journal.ratis;

import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;

/**
 * Ends the thread with which Ratis drops applied entries from memory, before Ratis closes the log.
 * {@code SegmentedRaftLog.close} of Ratis 3.3.0 waits for that thread while it holds the lock that
 * the thread may be waiting for: a close that meets an eviction hangs for ever.
 */
final class EvictionThread {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Optional<Thread> thread;

  private EvictionThread(Optional<Thread> thread) {
    this.thread = thread;
  }

  /** The newest such thread of a member of a group. */
  static EvictionThread of(String member) {
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    while (group.getParent() != null) {
      group = group.getParent();
    }
    Thread[] all = new Thread[group.activeCount() + 64];
    group.enumerate(all);
    return new EvictionThread(
        Arrays.stream(all)
            .filter(Objects::nonNull)
            .filter(candidate -> candidate.getName().startsWith(member + "-cacheEviction"))
            .max(Comparator.comparingLong(Thread::threadId)));
  }

  /** Ends it and waits for that. Not to be called with a lock of the log. */
  void stop() {
    thread.ifPresent(
        evicting -> {
          evicting.interrupt();
          try {
            evicting.join(PATIENCE);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }
}
