package dev.perdure.runtime.consume;

import dev.perdure.guard.watch.Watchdog;
import dev.perdure.guard.watch.Watched;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.type.SubscriptionModel;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An author's handler at work, on its consumer's own thread: when its time is over it is
 * interrupted. One that does not heed that goes on, is reported, and holds up its own subscription
 * in its own shard: two handlers are never at the events of one entity.
 */
final class InTime extends Watched implements Alarm.Ringing {

  private static final Logger LOG = LoggerFactory.getLogger(InTime.class);
  private static final Clock CLOCK = Clock.system();
  private static final Watchdog WATCHDOG = new Watchdog(CLOCK::monotonicNs);

  private final String subscription;

  private InTime(String subscription, long deadlineNs) {
    this.subscription = subscription;
    deadlineNs(deadlineNs);
  }

  /** What is done. */
  interface Work {
    void run() throws Exception;
  }

  static Alarm.Ringing set(String subscription, long ns) {
    InTime watched = new InTime(subscription, CLOCK.monotonicNs() + ns);
    WATCHDOG.begin(watched, ns);
    return watched;
  }

  @Override
  public boolean over() {
    return WATCHDOG.end(this);
  }

  /**
   * Runs to its end.
   *
   * @throws TimeoutException if that came too late, whatever it was
   */
  static void run(Alarm alarm, SubscriptionModel model, Work work) throws Exception {
    Duration most = model.options().timeout();
    boolean late;
    Throwable thrown = null;
    Alarm.Ringing ringing = alarm.set(model.name(), most.toNanos());
    try {
      work.run();
    } catch (Throwable e) {
      thrown = e;
    } finally {
      late = ringing.over();
    }
    switch (thrown) {
      case Error e -> throw e;
      case Exception e when !late -> throw e;
      case null, default -> {
        if (late) {
          throw new TimeoutException("it had not ended after " + most.toMillis() + " ms");
        }
      }
    }
  }

  @Override
  protected void overrun(Thread thread) {
    LOG.warn(
        "the handler of subscription {} goes on although its time is over and it was interrupted;"
            + " nothing else is handed to it in this shard until it ends",
        subscription);
  }
}
