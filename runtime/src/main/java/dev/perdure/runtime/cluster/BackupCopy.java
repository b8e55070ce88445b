package dev.perdure.runtime.cluster;

import dev.perdure.journal.link.LinkClient;
import dev.perdure.journal.link.LinkException;
import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.runtime.backup.BackupSource;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A copy of a shard that another node leads, read from there piece by piece. One thread. */
public final class BackupCopy implements BackupSource.ShardCopy {

  private static final Logger LOG = LoggerFactory.getLogger(BackupCopy.class);
  private static final Duration BEGIN_MAX = Duration.ofMinutes(3);
  private static final Duration PIECE_MAX = Duration.ofSeconds(20);

  private final LinkClient links;
  private final String address;
  private final String node;
  private final byte[] totals;
  private final UUID id;
  private final Map<String, Long> files = new TreeMap<>();

  private BackupCopy(LinkClient links, String address, ByteReader in) {
    this.links = links;
    this.address = address;
    this.node = in.text();
    this.totals = in.blob();
    this.id = new UUID(in.u64(), in.u64());
    in.varint(); // the totals say the position, too
    in.varint();
    for (int left = in.length(); left > 0; left--) {
      files.put(in.text(), in.varint());
    }
  }

  /**
   * Lets the other node make it.
   *
   * @throws LinkException if that one does not lead the shard, or does not answer
   */
  public static BackupCopy begin(LinkClient links, String address, int shard) throws LinkException {
    byte[] question = new ByteWriter(16).u8(Messages.BACKUP).varint(shard).toBytes();
    byte[] begun = links.ask(address, question, BEGIN_MAX);
    return new BackupCopy(links, address, new ByteReader(begun, "copy of another node"));
  }

  @Override
  public String node() {
    return node;
  }

  @Override
  public Map<String, Long> files() {
    return Map.copyOf(files);
  }

  @Override
  public byte[] totals() {
    return totals.clone();
  }

  @Override
  public byte[] read(String file, long from) throws IOException {
    return ask(file, from);
  }

  private byte[] ask(String file, long from) throws LinkException {
    ByteWriter ask = new ByteWriter(64).u8(Messages.CHUNK);
    ask.u64(id.getMostSignificantBits()).u64(id.getLeastSignificantBits());
    return links.ask(address, ask.text(file).varint(from).toBytes(), PIECE_MAX);
  }

  @Override
  public void close() {
    try {
      ask("", 0);
    } catch (LinkException e) {
      LOG.debug("node {} ends the copy by itself", node, e);
    }
  }
}
