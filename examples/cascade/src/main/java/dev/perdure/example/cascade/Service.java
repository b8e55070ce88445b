package dev.perdure.example.cascade;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.perdure.guard.Caller;
import dev.perdure.guard.Time;
import dev.perdure.kernel.Clock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server on a port of its own, on virtual threads. A request does some work, for which
 * there are a few workers and a queue of limited length, first come, first served; then it calls
 * the next services, which holds no worker. So what it can do is bounded by its work, and waiting
 * for others costs it nothing: a service that fails here was asked too much, or needed an answer
 * that did not come.
 *
 * <p>Answers 200; 502 if a service that it needs did not answer well; 503 if it is ill, or its
 * queue is full; 504 for work that it dropped because nobody waits for it any more. Thread-safe.
 */
final class Service implements AutoCloseable {

  /**
   * What it can do.
   *
   * @param workers requests that are worked on at a time
   * @param work how long each takes
   * @param queue requests that wait for a worker
   */
  record Size(int workers, Duration work, int queue) {

    /** 200 requests a second. */
    static final Size DEFAULT = new Size(4, Duration.ofMillis(20), 500);
  }

  /** A header that names what an answer had to do without. */
  static final String WITHOUT = "Without";

  private static final int SLOWER = 10;
  private static final int BACKLOG = 1_024;
  private static final Duration QUEUED_MAX = Duration.ofMinutes(5);

  /**
   * A service that this one calls.
   *
   * @param needed whether its own answer is nothing without that one's
   */
  record Next(String name, Stack.Line line, boolean needed) {}

  /** What it counted since it was made. */
  record Counts(long arrived, long worked, long refused, long dropped, long harmed) {}

  private final Clock clock = Clock.system();
  private final Size size;
  private final Stack stack;
  private final LongConsumer arrivals;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore places;
  private final Semaphore workers;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile List<Next> next = List.of();
  private volatile @Nullable Fault fault;
  private volatile boolean closed;

  private final LongAdder arrived = new LongAdder();
  private final LongAdder worked = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder harmed = new LongAdder();

  /**
   * Starts it; it calls nobody yet.
   *
   * @param stack what it does with its callers' deadlines
   * @param arrivals is told the monotonic time of each request, in nanoseconds
   */
  Service(Size size, Stack stack, LongConsumer arrivals) throws IOException {
    this.size = size;
    this.stack = stack;
    this.arrivals = arrivals;
    this.places = new Semaphore(size.workers() + size.queue());
    this.workers = new Semaphore(size.workers(), true);
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Where it is. */
  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  /** From now on it calls these for each request. */
  void calls(List<Next> services) {
    next = List.copyOf(services);
  }

  /** From now on it has this fault. */
  void fallIll(Fault now) {
    set(now);
  }

  /** From now on it is well; what hung goes on. */
  void recover() {
    set(null);
  }

  private void set(@Nullable Fault now) {
    lock.lock();
    try {
      fault = now;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      arrived.increment();
      arrivals.accept(clock.monotonicNs());
      Caller caller = stack.caller(exchange.getRequestHeaders()::getFirst);
      // Without a body, so that the answer is one packet.
      exchange.sendResponseHeaders(answer(exchange, caller), -1);
    }
  }

  private int answer(HttpExchange exchange, Caller caller) {
    if (fault == Fault.ERRORS) {
      harmed.increment();
      return 503;
    }
    int own = work(caller);
    if (own != 200) {
      return own;
    }
    for (Next failed : callAll(caller)) {
      if (failed.needed()) {
        return 502;
      }
      exchange.getResponseHeaders().add(WITHOUT, failed.name());
    }
    return 200;
  }

  private int work(Caller caller) {
    if (!places.tryAcquire()) {
      refused.increment();
      return 503;
    }
    try {
      if (!workers.tryAcquire(QUEUED_MAX.toNanos(), TimeUnit.NANOSECONDS)) {
        refused.increment();
        return 503;
      }
      try {
        return workNow(caller);
      } finally {
        workers.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 503;
    } finally {
      places.release();
    }
  }

  private int workNow(Caller caller) {
    if (closed) {
      return 503;
    }
    if (caller.expired(Time.system())) {
      dropped.increment();
      return 504;
    }
    long startNs = clock.monotonicNs();
    long workNs = size.work().toNanos();
    if (fault != null) {
      harmed.increment();
    }
    if (fault == Fault.SLOW) {
      workNs *= SLOWER;
    }
    hang();
    for (long left = workNs; left > 0 && !closed; ) {
      clock.parkNanos(left);
      left = startNs + workNs - clock.monotonicNs();
    }
    worked.increment();
    return 200;
  }

  private void hang() {
    lock.lock();
    try {
      while (fault == Fault.HANG && !closed) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Calls all, at the same time if there are several; gives those that did not answer well. */
  private List<Next> callAll(Caller caller) {
    List<Next> all = next;
    if (all.size() == 1) {
      return answersWell(all.getFirst(), caller) ? List.of() : all;
    }
    List<Future<Boolean>> answers =
        all.stream()
            .map(each -> threads.submit((Callable<Boolean>) () -> answersWell(each, caller)))
            .toList();
    List<Next> failed = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      if (!wasWell(answers.get(i))) {
        failed.add(all.get(i));
      }
    }
    return failed;
  }

  private static boolean wasWell(Future<Boolean> answer) {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      return false;
    }
  }

  private static boolean answersWell(Next one, Caller caller) {
    try {
      return caller.call(one.line()::call) == 200;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (Exception e) {
      // Refused, timed out, or no connection: to a caller it is all the same.
      return false;
    }
  }

  Counts counts() {
    return new Counts(arrived.sum(), worked.sum(), refused.sum(), dropped.sum(), harmed.sum());
  }

  /** Ends it; what hangs or waits is answered at once. */
  @Override
  public void close() {
    closed = true;
    set(null);
    server.stop(0);
    threads.shutdownNow();
  }
}
