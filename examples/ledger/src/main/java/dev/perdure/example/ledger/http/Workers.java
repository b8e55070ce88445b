package dev.perdure.example.ledger.http;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does the same to many things, several at a time. */
public final class Workers {

  private Workers() {}

  /** Work on one thing. */
  @FunctionalInterface
  public interface Work<T> {
    void run(T item) throws GaveUpException;
  }

  /**
   * Does something with each item, on virtual threads; after a failure no further item is begun.
   *
   * @param concurrency how many at a time
   * @throws GaveUpException the first that happened; a runtime exception likewise
   */
  public static <T> void each(Collection<T> items, int concurrency, Work<T> work)
      throws GaveUpException {
    Queue<T> open = new ConcurrentLinkedQueue<>(items);
    List<Future<?>> workers = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < Math.min(concurrency, items.size()); i++) {
        workers.add(
            executor.submit(
                () -> {
                  drain(open, work);
                  return true;
                }));
      }
      for (Future<?> worker : workers) {
        await(worker);
      }
    }
  }

  private static <T> void drain(Queue<T> open, Work<T> work) throws GaveUpException {
    try {
      for (T item = open.poll(); item != null; item = open.poll()) {
        work.run(item);
      }
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
      throw new GaveUpException("interrupted", true);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case GaveUpException gaveUp -> throw gaveUp;
        case RuntimeException bug -> throw bug;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    }
  }
}
