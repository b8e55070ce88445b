package dev.perdure.example.ledger.imports;

import dev.perdure.example.ledger.bank.BankFileException;
import dev.perdure.example.ledger.http.GaveUpException;
import dev.perdure.example.ledger.http.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What the two commands share: exit codes, messages, the way they end on a signal. */
final class Runs {

  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int CHECK_DID_NOT_HOLD = 3;
  private static final int UNAVAILABLE = 69;

  /** How long a signal waits for the command to end in order. */
  private static final int STOP_SECONDS = 10;

  private Runs() {}

  /** The command itself. */
  interface Body {
    int run() throws IOException, GaveUpException;
  }

  /**
   * Runs a command and turns what goes wrong into a message and an exit code. A signal to the
   * process ends it in order: requests under way are finished.
   *
   * @param standing what to say of the work done when it ends early
   */
  static int guard(Stop stop, Body body, Supplier<String> standing) {
    Stopper stopper = stopOnSignal(stop);
    try {
      return run(body, standing);
    } finally {
      stopper.close();
    }
  }

  private static int run(Body body, Supplier<String> standing) {
    try {
      return body.run();
    } catch (GaveUpException e) {
      System.err.println((e.stopped() ? "stopped" : e.getMessage()) + "; " + standing.get() + ".");
      return e.stopped() ? FAILED : UNAVAILABLE;
    } catch (ImportException | BankFileException e) {
      System.err.println(e.getMessage());
    } catch (NoSuchFileException e) {
      System.err.println("file " + e.getFile() + " does not exist");
    } catch (IOException e) {
      System.err.println("the file could not be read or written: " + e.getMessage());
    }
    return FAILED;
  }

  /** Prints a report, writes it where it is wanted, and gives the exit code. */
  static int print(NodeOptions options, ImportReport report) throws IOException {
    if (options.report() != null) {
      Files.writeString(options.report(), report.json() + "\n");
    }
    System.out.print(
        options.output() == NodeOptions.Output.JSON ? report.json() + "\n" : report.table());
    System.out.flush();
    return report.holds() ? DONE : CHECK_DID_NOT_HOLD;
  }

  private static Stopper stopOnSignal(Stop stop) {
    CountDownLatch ended = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              stop.request();
              try {
                ended.await(STOP_SECONDS, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "stop-on-signal");
    Runtime.getRuntime().addShutdownHook(hook);
    return new Stopper(hook, ended);
  }

  /** Takes the signal's effect back when the work has ended. */
  private record Stopper(Thread hook, CountDownLatch ended) {
    void close() {
      ended.countDown();
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // the process is ending already: the hook runs and has just been let go
      }
    }
  }
}
