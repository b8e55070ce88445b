package dev.perdure.runtime.transact;

import dev.perdure.kernel.Clock;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.Prepared;
import dev.perdure.runtime.type.TypeRegistry;
import dev.perdure.runtime.wake.LockListener;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what a call left behind that nobody finished: asks the transaction's record what is so, and
 * tells the entity. One virtual thread for each entity, of which a bounded number asks at a time:
 * who waits to ask again takes no room from others. Thread-safe.
 */
public final class Resolver implements LockListener, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Resolver.class);
  private static final int KNOWN_MAX = 20_000;
  private static final int AT_ONCE_MAX = 256;
  private static final long CALL_NS = 1_000_000_000L;
  private static final long PAUSE_FIRST_NS = 50_000_000L;
  private static final long PAUSE_MAX_NS = 2_000_000_000L;
  private static final int TRIES_MAX = 100;
  private static final String PRINCIPAL = "system:transaction";

  private final TypeRegistry types;
  private final Entities entities;
  private final Clock clock;
  private final Set<EntityAddress> running = ConcurrentHashMap.newKeySet();
  private final Semaphore asking = new Semaphore(AT_ONCE_MAX);
  private volatile boolean closed;

  public Resolver(TypeRegistry types, Entities entities, Clock clock) {
    this.types = types;
    this.entities = entities;
    this.clock = clock;
  }

  @Override
  public void overdue(int shard, EntityAddress entity, Prepared.Of of) {
    if (closed || running.size() >= KNOWN_MAX || !running.add(entity)) {
      return;
    }
    Thread.ofVirtual()
        .name("resolve")
        .start(
            () -> {
              try {
                resolve(new Resolving(types.transactions(), entity, of));
              } catch (RuntimeException e) {
                LOG.error("{} could not be ended at {}", of, entity, e);
              } finally {
                running.remove(entity);
              }
            });
  }

  private void resolve(Resolving course) {
    long pauseNs = PAUSE_FIRST_NS;
    for (int tries = 0; tries < TRIES_MAX && !closed; tries++) {
      Outcome outcome = ask(course);
      long waitNs = course.answered(outcome);
      if (course.done()) {
        return;
      }
      if (waitNs > 0 || outcome instanceof Outcome.Failed) {
        LockSupport.parkNanos(Math.min(PAUSE_MAX_NS, Math.max(waitNs, pauseNs)));
        pauseNs = Math.min(PAUSE_MAX_NS, pauseNs * 2);
      }
    }
    if (!closed) {
      LOG.warn("{} is still not known to be over; it is asked again later", course);
    }
  }

  private Outcome ask(Resolving course) {
    asking.acquireUninterruptibly();
    try {
      CallContext context = new CallContext(PRINCIPAL, "", clock.monotonicNs() + CALL_NS);
      return entities.execute(course.toSend(context));
    } finally {
      asking.release();
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
