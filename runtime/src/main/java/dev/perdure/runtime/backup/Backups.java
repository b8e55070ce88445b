package dev.perdure.runtime.backup;

import dev.perdure.kernel.Clock;
import dev.perdure.kernel.CorruptionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node's backups: one at a time, beside its work. Thread-safe. */
public final class Backups implements AutoCloseable {

  /** How fast a backup reads if nobody says anything else. */
  public static final long BYTES_PER_SECOND = 64L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(Backups.class);
  private static final long END_MS = 5_000;

  private final Creation.Parts parts;
  private @Nullable Run run;
  private long lastId;

  /**
   * Backups of what a source gives.
   *
   * @param reserve free bytes on the data's disk below which the node refuses writes
   */
  public Backups(BackupSource source, Clock clock, long reserve) {
    this.parts = new Creation.Parts(source, clock, reserve);
  }

  /**
   * What is wanted.
   *
   * @param to the repository: an absolute path
   * @param incremental what the repository holds already is not read again
   * @param bytesPerSecond no faster than that
   */
  public record Request(Path to, boolean incremental, long bytesPerSecond) {}

  /**
   * How it is with the newest backup since the node started.
   *
   * @param id tells it from every other, also from those before the node was started anew; 0 if
   *     there is none
   * @param doing for people
   * @param bytes read so far
   * @param made once it is done
   * @param problem why it failed; empty if it did not
   */
  public record Status(
      long id,
      boolean running,
      String doing,
      long bytes,
      @Nullable Manifest made,
      String problem) {}

  private static final class Run {
    private final long id;
    private final Progress progress = new Progress();
    private volatile @Nullable Manifest made;
    private volatile String problem = "";
    private volatile @Nullable Thread thread;

    Run(long id) {
      this.id = id;
    }
  }

  /**
   * Begins one.
   *
   * @return how it is with this one
   * @throws BackupException if one runs already, or the directory cannot be used
   */
  public synchronized Status start(Request request) {
    if (status().running) {
      throw new BackupException("a backup is being made already; wait until it has ended");
    }
    require(request);
    lastId = Math.max(parts.clock().wallMicros(), lastId + 1);
    Run next = new Run(lastId);
    next.thread = Thread.ofPlatform().daemon().name("backup").unstarted(() -> run(next, request));
    run = next;
    java.util.Objects.requireNonNull(next.thread).start();
    return status();
  }

  private void require(Request request) {
    Path to = request.to;
    if (!to.isAbsolute()) {
      throw new BackupException(
          "'" + to + "' is not an absolute path; it is one on the machine of the node");
    }
    if (request.bytesPerSecond < 1) {
      throw new BackupException("a backup needs at least 1 byte per second");
    }
    try {
      Path data = parts.source().data().toRealPath();
      Path existing = to.normalize();
      while (existing.getParent() != null && !Files.exists(existing)) {
        existing = existing.getParent();
      }
      Path real = existing.toRealPath().resolve(existing.relativize(to.normalize()));
      if (real.startsWith(data) || data.startsWith(real)) {
        throw new BackupException(
            to + " and the node's data in " + data + " are one in the other; name another one");
      }
    } catch (IOException e) {
      throw new BackupException(to + " cannot be used: " + e.getMessage(), e);
    }
  }

  private void run(Run now, Request request) {
    LOG.info("backup to {} begins", request.to);
    try {
      Manifest made = new Creation(parts, request, now.progress).run();
      LOG.info("backup {} is made: {} bytes, {} new", made.id(), made.bytes(), made.added());
      now.made = made;
    } catch (IOException | UncheckedIOException | CorruptionException | BackupException e) {
      LOG.warn("backup to {} failed: {}", request.to, e.getMessage());
      now.problem = e instanceof IOException ? e.toString() : String.valueOf(e.getMessage());
    } catch (Throwable e) {
      // Also a lack of memory: who waits for the backup must not take it for made.
      now.problem = "an error of ours; see the node's log";
      LOG.error("backup to {} failed", request.to, e);
    } finally {
      now.thread = null;
    }
  }

  /** How it is. */
  public synchronized Status status() {
    Run now = run;
    return now == null
        ? new Status(0, false, "", 0, null, "")
        : new Status(
            now.id,
            now.thread != null,
            now.progress.doing(),
            now.progress.bytes(),
            now.made,
            now.problem);
  }

  /** Ends the one that runs, soon; nothing of it counts as a backup. */
  public synchronized void cancel() {
    if (run != null) {
      run.progress.cancel();
    }
  }

  @Override
  public void close() {
    cancel();
    Thread thread;
    synchronized (this) {
      thread = run == null ? null : run.thread;
    }
    if (thread != null) {
      try {
        thread.join(END_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
