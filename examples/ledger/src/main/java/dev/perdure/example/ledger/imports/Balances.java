package dev.perdure.example.ledger.imports;

import dev.perdure.example.ledger.http.Answer;
import dev.perdure.example.ledger.http.Delivery;
import dev.perdure.example.ledger.http.GaveUpException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Reads the balances of many accounts, several at a time. */
public final class Balances {

  private final Delivery delivery;
  private final int concurrency;

  /** A reader with at most {@code concurrency} requests under way. */
  public Balances(Delivery delivery, int concurrency) {
    this.delivery = delivery;
    this.concurrency = concurrency;
  }

  /**
   * Balances in minor units by account; accounts without events are left out.
   *
   * @throws ImportException if the node refuses to give one
   */
  public Map<String, Long> of(Collection<String> accounts) throws GaveUpException {
    Map<String, Long> balances = new ConcurrentHashMap<>();
    each(accounts, account -> read(account, balances));
    return balances;
  }

  private void read(String account, Map<String, Long> balances) throws GaveUpException {
    Answer answer = delivery.one(client -> client.state(Lane.TYPE, account)).answer();
    if (answer.ok()) {
      balances.put(account, answer.number("balance"));
    } else if (answer.status() != 404 || answer.code().equals("unknown-type")) {
      throw new ImportException(
          "account %s could not be read: %d %s: %s"
              .formatted(account, answer.status(), answer.code(), answer.detail()));
    }
  }

  /** Work on one account. */
  @FunctionalInterface
  public interface Work {
    void run(String account) throws GaveUpException;
  }

  /** Does something with each account, several at a time; ends at the first failure. */
  public void each(Collection<String> accounts, Work work) throws GaveUpException {
    Queue<String> open = new ConcurrentLinkedQueue<>(accounts);
    List<Future<?>> workers = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < concurrency; i++) {
        workers.add(executor.submit(() -> drain(open, work)));
      }
      for (Future<?> worker : workers) {
        await(worker);
      }
    }
  }

  private static Void drain(Queue<String> open, Work work) throws GaveUpException {
    try {
      for (String account = open.poll(); account != null; account = open.poll()) {
        work.run(account);
      }
      return null;
    } catch (GaveUpException | RuntimeException e) {
      open.clear();
      throw e;
    }
  }

  private static void await(Future<?> worker) throws GaveUpException {
    try {
      worker.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImportException("interrupted");
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case GaveUpException gaveUp -> throw gaveUp;
        case RuntimeException bug -> throw bug;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    }
  }
}
