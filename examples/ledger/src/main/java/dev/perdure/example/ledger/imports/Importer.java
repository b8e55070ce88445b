package dev.perdure.example.ledger.imports;

import dev.perdure.example.ledger.bank.BankFigures;
import dev.perdure.example.ledger.bank.BankFile;
import dev.perdure.example.ledger.bank.BankLine;
import dev.perdure.example.ledger.bank.BankLine.Bad;
import dev.perdure.example.ledger.bank.BankLine.Row;
import dev.perdure.example.ledger.http.Delivery;
import dev.perdure.example.ledger.http.GaveUpException;
import dev.perdure.example.ledger.http.Stop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Streams a bank's file into the ledger of a node. The calling thread reads the file and deals its
 * rows to lanes; a full lane makes it wait. One object serves one run.
 */
public final class Importer {

  /**
   * Rows that wait, all lanes together. Files are sorted by account, so that a lane gets many rows
   * at once: short queues would let the others run dry.
   */
  private static final int ROWS_WAITING_MAX = 65_536;

  private static final int POLL_MS = 100;

  private final Delivery delivery;
  private final ImportOptions options;
  private final Stop stop;
  private final ImportCounts counts;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /**
   * An importer.
   *
   * @param delivery to the node; ends when {@code stop} is requested
   * @param stop ends the import early: what is under way is finished or abandoned, and another run
   *     takes it up
   * @param counts is kept up to date as rows get their outcome
   */
  public Importer(Delivery delivery, ImportOptions options, Stop stop, ImportCounts counts) {
    this.delivery = delivery;
    this.options = options;
    this.stop = stop;
    this.counts = counts;
  }

  /**
   * Imports a file and adds up what it says.
   *
   * @param bad is told of each line that cannot be read
   * @throws GaveUpException if the node could not be reached for too long, or the import was
   *     stopped
   * @throws ImportException if the node refuses the ledger, or in strict mode a line cannot be read
   */
  public BankFigures run(BankFile file, Consumer<Bad> bad) throws IOException, GaveUpException {
    BankFigures figures = new BankFigures();
    List<BlockingQueue<Ticket>> queues = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < options.lanes(); i++) {
      BlockingQueue<Ticket> queue =
          new ArrayBlockingQueue<>(
              Math.max(options.batchRows(), ROWS_WAITING_MAX / options.lanes()));
      queues.add(queue);
      threads.add(Thread.ofVirtual().name("lane-" + i).start(() -> runLane(queue)));
    }
    try {
      for (BankLine line = file.next(); line != null; line = file.next()) {
        figures.add(line);
        switch (line) {
          case Row row -> put(queues.get(lane(row.account())), new Ticket(row));
          case Bad broken -> report(broken, bad);
        }
      }
      for (BlockingQueue<Ticket> queue : queues) {
        put(queue, Ticket.END);
      }
    } catch (IOException | RuntimeException e) {
      fail(e);
    }
    join(threads);
    rethrow();
    return figures;
  }

  /** A row in a queue, or the end of the rows. */
  private record Ticket(@Nullable Row row) {
    static final Ticket END = new Ticket(null);
  }

  private int lane(String account) {
    return Math.floorMod(account.hashCode() * 0x9E3779B1, options.lanes());
  }

  private void report(Bad broken, Consumer<Bad> bad) {
    if (options.strict()) {
      throw new ImportException(broken.message() + " (without --strict it would be skipped)");
    }
    bad.accept(broken);
  }

  private void put(BlockingQueue<Ticket> queue, Ticket ticket) {
    try {
      while (!stop.requested() && !queue.offer(ticket, POLL_MS, TimeUnit.MILLISECONDS)) {
        // the lane is full: its node is slower than the file
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop.request();
    }
  }

  private void runLane(BlockingQueue<Ticket> queue) {
    Lane lane = new Lane(delivery, counts);
    List<Row> rows = new ArrayList<>(options.batchRows());
    try {
      boolean more = true;
      while (more && !stop.requested()) {
        rows.clear();
        more = take(queue, rows);
        if (!rows.isEmpty()) {
          lane.deliver(rows);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop.request();
    } catch (GaveUpException | RuntimeException e) {
      fail(e);
    }
  }

  /** Fills {@code rows} with what waits, at least one if there is one soon; false at the end. */
  private boolean take(BlockingQueue<Ticket> queue, List<Row> rows) throws InterruptedException {
    Ticket ticket = queue.poll(POLL_MS, TimeUnit.MILLISECONDS);
    while (ticket != null) {
      if (ticket.row() == null) {
        return false;
      }
      rows.add(ticket.row());
      ticket = rows.size() < options.batchRows() ? queue.poll() : null;
    }
    return true;
  }

  private void fail(Throwable problem) {
    failure.compareAndSet(null, problem);
    stop.request();
  }

  private void join(List<Thread> threads) {
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        stop.request();
      }
    }
  }

  private void rethrow() throws IOException, GaveUpException {
    Throwable problem = failure.get();
    switch (problem) {
      case null -> {
        if (stop.requested()) {
          throw new GaveUpException("stopped", true);
        }
      }
      case IOException e -> throw e;
      case GaveUpException e -> throw e;
      case RuntimeException e -> throw e;
      default -> throw new IllegalStateException(problem);
    }
  }
}
