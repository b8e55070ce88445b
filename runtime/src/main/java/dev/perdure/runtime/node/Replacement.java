package dev.perdure.runtime.node;

import dev.perdure.journal.LogPosition;
import dev.perdure.journal.Vote;
import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.runtime.cluster.SnapshotCopy;
import dev.perdure.runtime.store.StableDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * How a replica's state is being replaced by one that was fetched: written down when that is
 * complete on this disk, and before anything is removed. So a node that stops meanwhile ends it by
 * itself at its next start, although nobody may lead until it is there again.
 *
 * @param position what the fetched state stands for
 * @param leader whom it was fetched from, and in which term that led
 * @param configuration the shard's members, as the engine stores them
 * @param keepsLog true if the log stays
 */
record Replacement(LogPosition position, Vote leader, byte[] configuration, boolean keepsLog) {

  /** A replica in whose directory this file is, is not whole. Empty while its state is fetched. */
  static final String NAME = "unfinished";

  private static final int FORMAT = 1;

  static Replacement of(SnapshotCopy.Fetched fetched, boolean keepsLog) {
    return new Replacement(fetched.position(), fetched.leader(), fetched.configuration(), keepsLog);
  }

  /** What is being replaced in a replica's directory; null if nothing is, or it was not fetched. */
  static @Nullable Replacement begun(Path directory) throws IOException {
    Path file = directory.resolve(NAME);
    if (!Files.exists(file) || Files.size(file) == 0) {
      return null;
    }
    byte[] bytes = Files.readAllBytes(file);
    ByteReader in = ByteReader.checked(bytes, 0, bytes.length, String.valueOf(file));
    if (in.u8() != FORMAT) {
      return null;
    }
    boolean keepsLog = in.u8() == 1;
    LogPosition position = new LogPosition(in.varint(), in.varint() - 1);
    return new Replacement(position, new Vote(in.varint(), in.text()), in.blob(), keepsLog);
  }

  void write(Path directory) throws IOException {
    ByteWriter out = new ByteWriter(256).u8(FORMAT).u8(keepsLog ? 1 : 0);
    out.varint(position.term()).varint(position.index() + 1);
    out.varint(leader.term()).text(leader.node()).blob(configuration);
    put(directory, out.checksumFrom(0).toBytes());
  }

  /** What was fetched before, if anything, counts no more: it is fetched again. */
  static void fetchAgain(Path directory) throws IOException {
    Path file = directory.resolve(NAME);
    if (Files.exists(file) && Files.size(file) > 0) {
      put(directory, new byte[0]);
    }
  }

  private static void put(Path directory, byte[] bytes) throws IOException {
    Path draft = directory.resolve(NAME + ".new");
    Files.write(draft, bytes);
    StableDirectory.sync(draft);
    Files.move(
        draft,
        directory.resolve(NAME),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
    StableDirectory.sync(directory);
  }
}
