package dev.perdure.guard.config;

import dev.perdure.guard.Guard;
import dev.perdure.guard.policy.Policy;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A file of policies that is read at the start and again whenever it has changed. A file with a
 * mistake, one that is gone or one that is empty changes nothing, and the listener is told why,
 * once for each state of the file.
 *
 * <p>The text is looked at, not the time of the file: replaced by renaming, deleted and put back,
 * or behind a symbolic link that is turned to another, it is read all the same. What differs is
 * taken when two looks in a row find the same, so that a file which is just being written is left
 * alone. Whoever writes more slowly than that should write another file and rename it.
 *
 * <p>One daemon thread for each watch. Thread-safe.
 */
public final class PolicyWatch implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMillis(500);
  private static final long BYTES_MAX = 1 << 20;
  private static final long CLOSE_MAX_MS = 5_000;

  /** Told what became of the file. Called on the thread of the watch; what it throws is ignored. */
  public interface Listener {
    /** Hears nothing. */
    Listener NONE = new Listener() {};

    /** These policies are in force now, by name. */
    default void taken(Map<String, Policy> policies) {}

    /** The file was not taken, and the policies stay as they are. */
    default void refused(Path file, String reason) {}
  }

  private final Path file;
  private final Guard guard;
  private final Listener listener;
  private final long everyNs;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private boolean closed;

  /** What was found last, taken or refused; only the thread of the watch knows it. */
  private Look last;

  /** What differs from it and was seen once; only the thread of the watch knows it. */
  private @Nullable Look next;

  /** What a file has in it, or why that cannot be said: one of the two. */
  private record Look(@Nullable String text, @Nullable String trouble) {}

  private PolicyWatch(Path file, Guard guard, Listener listener, Duration every)
      throws IOException {
    this.file = file;
    this.guard = guard;
    this.listener = listener;
    this.everyNs = every.toNanos();
    String text = text(file);
    guard.reload(parse(text));
    this.last = new Look(text, null);
    this.thread = new Thread(this::run, "perdure-guard-policies");
    thread.setDaemon(true);
  }

  /**
   * Puts the policies of a file in force, and goes on to do so whenever it changes; a change is in
   * force after a second.
   *
   * @throws IOException if the file cannot be read now
   * @throws PolicyFileException with every mistake that it has now
   */
  public static PolicyWatch start(Path file, Guard guard, Listener listener) throws IOException {
    return start(file, guard, listener, EVERY);
  }

  static PolicyWatch start(Path file, Guard guard, Listener listener, Duration every)
      throws IOException {
    PolicyWatch watch = new PolicyWatch(file, guard, listener, every);
    watch.thread.start();
    return watch;
  }

  private static String text(Path file) throws IOException {
    if (Files.size(file) > BYTES_MAX) {
      throw new IOException("it is larger than " + BYTES_MAX + " bytes");
    }
    return Files.readString(file);
  }

  private static Map<String, Policy> parse(String text) {
    if (text.isBlank()) {
      // A file that is emptied before it is written must not take all policies away.
      throw PolicyFileException.of("it is empty; no dependencies are said as 'dependencies: {}'");
    }
    return PolicyFile.read(text);
  }

  private Look look() {
    try {
      return new Look(text(file), null);
    } catch (NoSuchFileException e) {
      return new Look(null, "there is no such file");
    } catch (CharacterCodingException e) {
      return new Look(null, "it is not UTF-8");
    } catch (IOException | RuntimeException e) {
      return new Look(null, "it cannot be read: " + e.getMessage());
    }
  }

  private void run() {
    while (waited()) {
      try {
        looked();
      } catch (Throwable e) {
        // Whatever it was, the file is looked at again: nobody else would notice that it is not.
      }
    }
  }

  /** One look. */
  void looked() {
    Look now = look();
    if (now.equals(last)) {
      next = null;
    } else if (now.equals(next)) {
      last = now;
      next = null;
      take(now);
    } else {
      next = now;
    }
  }

  /** False when it is closed. */
  private boolean waited() {
    lock.lock();
    try {
      long left = everyNs;
      while (!closed && left > 0) {
        left = ended.awaitNanos(left);
      }
      return !closed;
    } catch (InterruptedException e) {
      // Nobody but us has this thread; whoever interrupts it wants it to end.
      return false;
    } finally {
      lock.unlock();
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  private void take(Look now) {
    if (isClosed()) {
      return;
    }
    try {
      if (now.text() == null) {
        refuse(now.trouble());
        return;
      }
      Map<String, Policy> policies = parse(now.text());
      guard.reload(policies);
      tell(() -> listener.taken(policies));
    } catch (RuntimeException e) {
      refuse(e.getMessage());
    } catch (Throwable e) {
      // A parser may run out of stack or memory, or lack a class.
      refuse("it cannot be read: " + e);
    }
  }

  private void refuse(@Nullable String reason) {
    tell(() -> listener.refused(file, String.valueOf(reason)));
  }

  private void tell(Runnable word) {
    if (isClosed()) {
      return;
    }
    try {
      word.run();
    } catch (Throwable e) {
      // It was asked not to throw, and the next change matters more.
    }
  }

  /** Ends the watch; the policies stay in force. Nothing is read or told after it. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      ended.signalAll();
    } finally {
      lock.unlock();
    }
    if (Thread.currentThread().equals(thread)) {
      return;
    }
    try {
      TimeUnit.MILLISECONDS.timedJoin(thread, CLOSE_MAX_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
