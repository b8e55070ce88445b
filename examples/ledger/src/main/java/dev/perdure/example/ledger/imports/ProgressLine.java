package dev.perdure.example.ledger.imports;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** One line on the terminal that says how far work is, while it goes on. */
public final class ProgressLine {

  private static final int REFRESH_MS = 200;
  private static final int WIDTH_MAX = 78;

  private final PrintStream out;
  private final Supplier<String> text;
  private final CountDownLatch end = new CountDownLatch(1);
  private final Thread thread;

  private ProgressLine(PrintStream out, Supplier<String> text) {
    this.out = out;
    this.text = text;
    this.thread = Thread.ofPlatform().daemon().name("progress").unstarted(this::run);
  }

  /**
   * Starts to show progress on standard error; does nothing unless that is a terminal.
   *
   * @param text what to show; called a few times a second from another thread
   */
  public static ProgressLine start(Supplier<String> text) {
    ProgressLine line = new ProgressLine(System.err, text);
    if (terminal()) {
      line.thread.start();
    }
    return line;
  }

  /** True if standard error is a terminal that understands its codes. */
  @SuppressWarnings("SystemConsoleNull") // it is null when the JDK's plain console is configured
  public static boolean terminal() {
    String kind = System.getenv("TERM");
    if (kind == null || kind.equals("dumb")) {
      return false;
    }
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      // No /proc: standard input and output tell, as well as they can.
      return System.console() != null && System.console().isTerminal();
    }
  }

  private void run() {
    try {
      do {
        String now = text.get();
        out.print("\r\u001b[K" + now.substring(0, Math.min(now.length(), WIDTH_MAX)));
        out.flush();
      } while (!end.await(REFRESH_MS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    out.print("\r\u001b[K");
    out.flush();
  }

  /** Ends the line and wipes it. */
  public void close() {
    end.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
