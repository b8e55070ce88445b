package dev.perdure.journal.ratis;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.RaftStorageMetadata;
import org.apache.ratis.server.storage.RaftStorageMetadataFile;
import org.jspecify.annotations.Nullable;

/**
 * Writes a replica's term and vote in place of Ratis. Ratis 3.3.0 puts what it has written in place
 * of the old file even when the write failed: on a full disk an empty file is left, with which the
 * replica never starts again. Here the old file stays until the new one is on disk, whole.
 *
 * <p>A term that could not be written ends the session: Ratis goes on with it in memory, and would
 * not try again. No later one is written, and no entry counts as forced.
 */
final class TermFile implements RaftStorageMetadataFile {

  private final Path file;
  private final Consumer<IOException> onFailure;
  private RaftStorageMetadata stored;
  private @Nullable IOException failure;

  private TermFile(Path file, RaftStorageMetadata stored, Consumer<IOException> onFailure) {
    this.file = file;
    this.stored = stored;
    this.onFailure = onFailure;
  }

  /**
   * Takes the place of Ratis's own writer, before the first vote.
   *
   * @param onFailure told once that a term could not be written; must return at once
   */
  static TermFile take(RaftStorage storage, Consumer<IOException> onFailure) throws IOException {
    Path file = storage.getStorageDir().getRoot().toPath().resolve("current");
    RaftStorageMetadata stored = storage.getMetadataFile().getMetadata();
    TermFile taken = new TermFile(file.resolve(RaftMeta.NAME), stored, onFailure);
    writerOf(storage).set(taken);
    return taken;
  }

  /** Where Ratis keeps its writer. There is no way to it but this. */
  @SuppressWarnings("unchecked")
  private static AtomicReference<RaftStorageMetadataFile> writerOf(RaftStorage storage) {
    try {
      Field holder = storage.getClass().getDeclaredField("metaFile");
      holder.setAccessible(true);
      Object held = holder.get(storage);
      Field reference = held.getClass().getDeclaredField("ref");
      reference.setAccessible(true);
      return (AtomicReference<RaftStorageMetadataFile>) reference.get(held);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("This Ratis keeps its term file elsewhere", e);
    }
  }

  @Override
  public synchronized RaftStorageMetadata getMetadata() {
    return stored;
  }

  @Override
  public synchronized void persist(RaftStorageMetadata next) throws IOException {
    requireWritten();
    if (next.equals(stored)) {
      return;
    }
    try {
      RaftMeta.write(file, next.getTerm(), next.getVotedFor().toString());
      stored = next;
    } catch (IOException e) {
      failure = e;
      onFailure.accept(e);
      throw e;
    }
  }

  /**
   * Passes if the term that Ratis is in is on disk.
   *
   * @throws IOException if it could not be written
   */
  synchronized void requireWritten() throws IOException {
    if (failure != null) {
      throw new IOException("the term could not be written: " + failure.getMessage(), failure);
    }
  }
}
