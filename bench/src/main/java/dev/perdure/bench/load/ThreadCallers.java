package dev.perdure.bench.load;

import dev.perdure.bench.load.OperationStreams.OperationStream;
import dev.perdure.kernel.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Callers as virtual threads, each of which deposits, waits for the answer, and deposits again.
 *
 * <p>A caller stops at its first failure: a benchmark must not turn into a storm of errors, and a
 * run with a failure is reported as failed anyway.
 */
final class ThreadCallers implements Callers {

  private static final Clock CLOCK = Clock.system();

  private final Target target;

  ThreadCallers(Target target) {
    this.target = target;
  }

  @Override
  public Tally run(Phase phase) throws InterruptedException {
    var sampler = new ThroughputSampler();
    var start = new CountDownLatch(1);
    var stopped = new CountDownLatch(phase.callers());
    List<Caller> callers = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int number = 0; number < phase.callers(); number++) {
      var caller = new Caller(phase, phase.streams().of(number), sampler);
      callers.add(caller);
      threads.add(
          Thread.ofVirtual()
              .name("caller-", number)
              .start(
                  () -> {
                    try {
                      caller.work(start);
                    } finally {
                      stopped.countDown();
                    }
                  }));
    }
    var tally = new Tally();
    long startNs = CLOCK.monotonicNs();
    for (Caller caller : callers) {
      caller.endNs = startNs + phase.length().toNanos();
    }
    try {
      start.countDown();
      tally.operationsPerSecond(sampler.sample(startNs, phase.length(), stopped));
      stopped.await();
    } catch (InterruptedException e) {
      threads.forEach(Thread::interrupt);
      throw e;
    }
    callers.forEach(caller -> tally.merge(caller.tally));
    return tally;
  }

  /** One caller. Its end is set before the start opens, which orders the two. */
  private final class Caller {

    private final Phase phase;
    private final OperationStream stream;
    private final ThroughputSampler sampler;
    private final Tally tally = new Tally();
    private long endNs;

    private Caller(Phase phase, OperationStream stream, ThroughputSampler sampler) {
      this.phase = phase;
      this.stream = stream;
      this.sampler = sampler;
    }

    private void work(CountDownLatch start) {
      try {
        start.await();
        long beginNs = CLOCK.monotonicNs();
        while (beginNs - endNs < 0) {
          beginNs = depositOnce(beginNs);
        }
      } catch (Exception | LinkageError | AssertionError e) {
        tally.failed(e);
      }
    }

    /** Returns when the answer came, which is when the next operation begins. */
    private long depositOnce(long beginNs) throws Exception {
      long amountMinor = stream.amountMinor();
      target.deposit(stream.account(phase.accounts()), stream.operationId(), amountMinor);
      long answeredNs = CLOCK.monotonicNs();
      if (answeredNs - endNs < 0) {
        tally.answered(answeredNs - beginNs, amountMinor);
        sampler.count();
      } else {
        tally.answeredLate(amountMinor);
      }
      return answeredNs;
    }
  }
}
