package dev.perdure.bench.start;

import dev.perdure.example.ledger.AccountCommand.Deposit;
import dev.perdure.example.ledger.http.Answer;
import dev.perdure.example.ledger.http.BatchLine;
import dev.perdure.example.ledger.http.NodeClient;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** Deposits in batches by several threads, until the node is killed. */
final class BatchLoad {

  private static final int THREADS = 8;
  private static final int BATCH_LINES = 500;
  private static final int ACCOUNTS = 10_000;

  private final URI api;
  private final CountDownLatch enough;
  private final AtomicLong missing;
  private final List<Thread> threads = new ArrayList<>();

  private BatchLoad(URI api, long events) {
    this.api = api;
    this.missing = new AtomicLong(events);
    this.enough = new CountDownLatch(1);
  }

  /** Returns when so many were acknowledged; the load goes on until the node is gone. */
  static BatchLoad untilAcknowledged(URI api, long events) throws InterruptedException {
    BatchLoad load = new BatchLoad(api, events);
    for (int i = 0; i < THREADS; i++) {
      int lane = i;
      load.threads.add(Thread.ofPlatform().daemon().start(() -> load.run(lane)));
    }
    load.enough.await();
    return load;
  }

  private void run(int lane) {
    try (NodeClient client = new NodeClient(api, Duration.ofSeconds(30))) {
      for (int next = lane; ; next += THREADS * BATCH_LINES) {
        long done = client.batch(lines(next)).stream().filter(Answer::ok).count();
        if (missing.addAndGet(-done) <= 0) {
          enough.countDown();
        }
      }
    } catch (IOException e) {
      enough.countDown(); // Killed, as it should be: the next start shows whether it was.
    }
  }

  private static List<BatchLine> lines(int first) {
    List<BatchLine> lines = new ArrayList<>(BATCH_LINES);
    for (int i = 0; i < BATCH_LINES; i++) {
      String account = "account-" + Math.floorMod(first + i * THREADS, ACCOUNTS);
      String key = UUID.randomUUID().toString();
      lines.add(new BatchLine("account", account, "deposit", new Deposit(1, null), key));
    }
    return lines;
  }

  /** Waits until every thread has seen that the node is gone. */
  void awaitEnd() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
