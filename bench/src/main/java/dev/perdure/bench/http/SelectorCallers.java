package dev.perdure.bench.http;

import dev.perdure.bench.load.Callers;
import dev.perdure.bench.load.OperationStreams.OperationStream;
import dev.perdure.bench.load.Phase;
import dev.perdure.bench.load.Tally;
import dev.perdure.bench.load.ThroughputSampler;
import dev.perdure.kernel.Clock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Callers as kept connections, all served by one thread with a selector.
 *
 * <p>A thread for each connection, virtual or not, costs a switch for each response; here a
 * response that is ready is read, measured and followed by the next request in one go. A caller
 * whose request fails leaves the loop.
 */
final class SelectorCallers implements Callers {

  private static final Clock CLOCK = Clock.system();

  /** How long answers that are still outstanding at the end of the phase are waited for. */
  private static final long DRAIN_NS = 30_000_000_000L;

  private static final long WAIT_MS = 10;

  private final InetSocketAddress address;
  private final Requests requests;

  SelectorCallers(InetSocketAddress address, Requests requests) {
    this.address = address;
    this.requests = requests;
  }

  @Override
  public Tally run(Phase phase) throws InterruptedException {
    var sampler = new ThroughputSampler();
    var stopped = new CountDownLatch(1);
    var loop = new Loop(phase, sampler);
    Thread thread =
        Thread.ofPlatform()
            .name("http-load")
            .start(
                () -> {
                  try {
                    loop.work();
                  } finally {
                    stopped.countDown();
                  }
                });
    try {
      List<Long> samples = sampler.sample(loop.startNs, phase.length(), stopped);
      thread.join();
      loop.tally.operationsPerSecond(samples);
    } catch (InterruptedException e) {
      thread.interrupt();
      throw e;
    }
    return loop.tally;
  }

  /** One caller and what it waits for. */
  private static final class Caller {

    private final KeptConnection connection;
    private final OperationStream stream;
    private long sentNs;
    private long amountMinor;

    private Caller(KeptConnection connection, OperationStream stream) {
      this.connection = connection;
      this.stream = stream;
    }
  }

  /** The thread's work for one phase. */
  private final class Loop {

    private final Phase phase;
    private final ThroughputSampler sampler;
    private final Tally tally = new Tally();
    private final long startNs = CLOCK.monotonicNs();
    private final long endNs;
    private int busy;

    private Loop(Phase phase, ThroughputSampler sampler) {
      this.phase = phase;
      this.sampler = sampler;
      this.endNs = startNs + phase.length().toNanos();
    }

    private void work() {
      List<Caller> callers = new ArrayList<>();
      try (Selector selector = Selector.open()) {
        for (int number = 0; number < phase.callers(); number++) {
          callers.add(connect(selector, number));
        }
        for (Caller caller : callers) {
          send(caller);
        }
        while (busy > 0 && !Thread.currentThread().isInterrupted()) {
          selector.select(this::ready, WAIT_MS);
          if (CLOCK.monotonicNs() - endNs > DRAIN_NS) {
            throw new IOException(busy + " requests were not answered after the phase's end");
          }
        }
      } catch (IOException e) {
        tally.failed(e);
      } finally {
        callers.forEach(this::close);
      }
    }

    private Caller connect(Selector selector, int number) throws IOException {
      KeptConnection connection = KeptConnection.open(address);
      var caller = new Caller(connection, phase.streams().of(number));
      connection.register(selector, caller);
      return caller;
    }

    private void send(Caller caller) {
      caller.amountMinor = caller.stream.amountMinor();
      int account = caller.stream.account(phase.accounts());
      try {
        var request = requests.measured(account, caller.stream.operationId(), caller.amountMinor);
        caller.sentNs = CLOCK.monotonicNs();
        caller.connection.send(request);
        busy++;
      } catch (IOException e) {
        fail(caller, e);
      }
    }

    private void ready(SelectionKey key) {
      if (!(key.attachment() instanceof Caller caller)) {
        throw new IllegalStateException("a key without its caller");
      }
      try {
        if (!caller.connection.receive()) {
          return;
        }
      } catch (IOException e) {
        busy--;
        fail(caller, e);
        return;
      }
      busy--;
      answered(caller);
    }

    private void answered(Caller caller) {
      ResponseReader response = caller.connection.response();
      if (response.status() != 200) {
        fail(caller, new IOException("status " + response.status() + ": " + response.body()));
        return;
      }
      long nowNs = CLOCK.monotonicNs();
      if (nowNs - endNs < 0) {
        tally.answered(nowNs - caller.sentNs, caller.amountMinor);
        sampler.count();
        send(caller);
      } else {
        tally.answeredLate(caller.amountMinor);
      }
    }

    private void fail(Caller caller, IOException failure) {
      tally.failed(failure);
      close(caller);
    }

    private void close(Caller caller) {
      try {
        caller.connection.close();
      } catch (IOException e) {
        tally.failed(e);
      }
    }
  }
}
