package dev.perdure.example.loans.replay;

import dev.perdure.client.PerdureClient;
import dev.perdure.client.PerdureException;
import dev.perdure.client.State;
import dev.perdure.client.WorkQueue;
import dev.perdure.client.WorkQueue.Leased;
import dev.perdure.example.loans.ApplicationState;
import dev.perdure.example.loans.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The people at the desks: they lease work, and acknowledge what its application says is done; the
 * rest they put back for a while. Whoever dies between the two does no harm: the message comes
 * again, and its application still says so.
 */
final class Desk implements AutoCloseable {

  private static final int LEASED_MAX = 100;
  private static final Duration LEASE = Duration.ofSeconds(60);
  private static final Duration WAIT = Duration.ofMillis(500);
  private static final Duration BACK = Duration.ofSeconds(2);
  private static final Duration BACK_AT_ONCE = Duration.ofMillis(1);

  private final PerdureClient client;
  private final WorkQueue queue;
  private final LongAdder acknowledged = new LongAdder();
  private final LongAdder putBack = new LongAdder();
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
  private volatile boolean closed;
  private @Nullable Thread thread;

  /** Nobody works yet. */
  Desk(PerdureClient client) {
    this.client = client;
    this.queue = client.queue("work");
  }

  /** Begins to work, until it is closed. */
  void open() {
    thread = Thread.ofVirtual().name("desk").start(this::run);
  }

  private void run() {
    try {
      while (!closed) {
        each(queue.lease(LEASED_MAX, LEASE, WAIT), this::handle);
      }
    } catch (RuntimeException e) {
      failure.set(e);
    }
  }

  private static void each(List<Leased> leased, Consumer<Leased> work) {
    Group.all(
        leased.stream()
            .map(
                one ->
                    (Callable<Boolean>)
                        () -> {
                          work.accept(one);
                          return true;
                        })
            .toList());
  }

  private void handle(Leased leased) {
    if (isDone(leased.as(Work.Message.class))) {
      if (queue.ack(leased)) {
        acknowledged.increment();
      }
    } else if (queue.nack(leased, BACK, "it is not done yet")) {
      putBack.increment();
    }
  }

  /** True if its application says that it is done. */
  boolean isDone(Work.Message work) {
    Optional<State> state = client.get(Play.TYPE, work.application());
    return state
        .map(read -> read.as(ApplicationState.class).work(work.item()).isDone(work.number()))
        .orElse(false);
  }

  /** Messages that were done, and acknowledged by this object. */
  long acknowledged() {
    return acknowledged.sum();
  }

  /** How often a message was put back. */
  long putBack() {
    return putBack.sum();
  }

  /**
   * Leases all that is left, and gives it back. Only when nobody works any more.
   *
   * @param expected how many there should be: more are looked for until no more come
   * @param longest how long to wait for those
   */
  List<Work.Message> left(long expected, Duration longest) {
    List<Leased> held = new ArrayList<>();
    Waiting waiting = new Waiting(longest);
    List<Leased> more = queue.lease(LEASED_MAX, LEASE, WAIT);
    while (!more.isEmpty() || (held.size() < expected && waiting.again())) {
      held.addAll(more);
      more = queue.lease(LEASED_MAX, LEASE, WAIT);
    }
    each(held, one -> queue.nack(one, BACK_AT_ONCE, "it was only looked at"));
    return held.stream().map(one -> one.as(Work.Message.class)).toList();
  }

  /**
   * Ends the work after what is under way.
   *
   * @throws PerdureException if the node did not answer for too long; or what else ended the work
   *     early
   */
  @Override
  public void close() {
    closed = true;
    Thread running = thread;
    thread = null;
    if (running == null) {
      return;
    }
    try {
      running.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ReplayException("interrupted");
    }
    check();
  }

  /** Throws what ended the work early, if something did. */
  void check() {
    RuntimeException problem = failure.get();
    if (problem != null) {
      throw problem;
    }
  }
}
