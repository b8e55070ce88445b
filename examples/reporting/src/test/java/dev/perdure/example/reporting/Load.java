package dev.perdure.example.reporting;

import dev.perdure.client.Command;
import dev.perdure.client.PerdureClient;
import dev.perdure.client.PerdureException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Deposits and withdrawals from several clients, until it is stopped. Some accounts are busy. */
final class Load implements AutoCloseable {

  private static final int CLIENTS = 16;
  private static final int ACCOUNTS = 60;
  private static final int BUSY = 3;

  private final PerdureClient client;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<?>> running = new ArrayList<>();
  private final AtomicInteger done = new AtomicInteger();
  private volatile boolean over;

  Load(PerdureClient client, long seed) {
    this.client = client;
    for (int i = 0; i < CLIENTS; i++) {
      SplittableRandom random = new SplittableRandom(seed + i);
      String own = "c" + i + "-";
      running.add(threads.submit(() -> run(random, own)));
    }
  }

  private void run(SplittableRandom random, String own) {
    for (int number = 0; !over; number++) {
      int account = random.nextBoolean() ? random.nextInt(BUSY) : random.nextInt(ACCOUNTS);
      String command = random.nextInt(4) == 0 ? "withdraw" : "deposit";
      Map<String, Long> body = Map.of("amount", random.nextLong(1, 1_000));
      Command one =
          Command.of("account", "a" + account, command, body).withOperationId(own + number);
      while (!sent(one)) {
        // it is sent again: the operation id is the same
      }
      done.incrementAndGet();
    }
  }

  private boolean sent(Command one) {
    try {
      client.command(one); // a rejection is an answer, too
      return true;
    } catch (PerdureException e) {
      return over;
    }
  }

  int done() {
    return done.get();
  }

  /** Ends it, when what is under way was answered. */
  void stop() throws InterruptedException, ExecutionException {
    over = true;
    for (Future<?> one : running) {
      one.get();
    }
  }

  static List<String> accounts() {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < ACCOUNTS; i++) {
      all.add("a" + i);
    }
    return all;
  }

  @Override
  public void close() {
    over = true;
    threads.shutdownNow();
    client.close();
  }
}
