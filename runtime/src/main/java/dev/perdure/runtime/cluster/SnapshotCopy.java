package dev.perdure.runtime.cluster;

import dev.perdure.journal.LogPosition;
import dev.perdure.journal.Vote;
import dev.perdure.journal.link.LinkClient;
import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.runtime.store.Snapshots;
import dev.perdure.runtime.store.StableDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Fetches a shard's newest snapshot from another node. */
public final class SnapshotCopy {

  /** Says that what is fetched is compared with the log that it replaces. */
  static final int COMPARED = 1;

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final LinkClient links;
  private final String address;

  public SnapshotCopy(LinkClient links, String address) {
    this.links = links;
    this.address = address;
  }

  /**
   * What was fetched: complete, verified and on stable storage.
   *
   * @param position what it stands for; {@link LogPosition#NONE} if the other node has all of the
   *     log, and no snapshot is needed
   * @param leader who leads, in which term
   * @param configuration the shard's members, as the engine stores them
   */
  public record Fetched(LogPosition position, Vote leader, byte[] configuration, Path directory) {}

  /**
   * Fetches into a directory, which is emptied before.
   *
   * @param compared the caller forgets nothing that its own log holds behind the snapshot, so that
   *     any committed state will do: otherwise all that was acknowledged must be in it
   * @throws IOException if the other node does not lead, or goes away
   */
  public Fetched fetch(int shard, Path into, boolean compared) throws IOException {
    ByteWriter ask = new ByteWriter(16).u8(Messages.SNAPSHOT).varint(shard);
    ask.u8(compared ? COMPARED : 0);
    byte[] begun = links.ask(address, ask.toBytes(), PATIENCE);
    ByteReader in = new ByteReader(begun, "snapshot of another node");
    Vote leader = new Vote(in.varint(), in.text());
    byte[] configuration = in.blob();
    if (in.remaining() == 0) {
      return new Fetched(LogPosition.NONE, leader, configuration, into);
    }
    long high = in.u64();
    long low = in.u64();
    LogPosition position = new LogPosition(in.varint(), in.varint());
    Map<String, Long> files = new LinkedHashMap<>();
    for (int left = in.length(); left > 0; left--) {
      files.put(in.text(), in.varint());
    }
    Snapshots.empty(into);
    try {
      for (Map.Entry<String, Long> file : files.entrySet()) {
        Path to = into.resolve(file.getKey());
        if (!into.equals(to.getParent())) {
          throw new IOException("file name " + file.getKey() + " leaves the directory");
        }
        file(new ByteWriter(64).u8(Messages.CHUNK).u64(high).u64(low).toBytes(), to, file);
      }
    } finally {
      ByteWriter end = new ByteWriter(32).u8(Messages.CHUNK).u64(high).u64(low);
      links.ask(address, end.text("").varint(0).toBytes(), PATIENCE);
    }
    StableDirectory.sync(into);
    Snapshots.verify(new Snapshots.Snapshot(position.term(), position.index(), into));
    return new Fetched(position, leader, configuration, into);
  }

  private void file(byte[] head, Path to, Map.Entry<String, Long> file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long at = 0;
      while (at < file.getValue()) {
        ByteWriter ask = new ByteWriter(64).raw(head).text(file.getKey()).varint(at);
        byte[] piece = links.ask(address, ask.toBytes(), PATIENCE);
        if (piece.length == 0) {
          throw new IOException("file " + file.getKey() + " ended early, at " + at);
        }
        ByteBuffer bytes = ByteBuffer.wrap(piece);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        at += piece.length;
      }
      channel.force(true);
    }
    if (Files.size(to) != file.getValue()) {
      throw new IOException("file " + file.getKey() + " has " + Files.size(to) + " bytes");
    }
  }
}
