package dev.perdure.runtime.cluster;

import dev.perdure.journal.link.LinkClient;
import dev.perdure.journal.link.LinkException;
import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.runtime.type.TypeRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** The cluster's map between nodes, and on disk: its version and its JSON. */
public final class MapMessage {

  private static final TypeRegistry TYPES = new TypeRegistry(List.of(new Cluster.SystemService()));

  private MapMessage() {}

  /** The types of the system shard. */
  public static TypeRegistry types() {
    return TYPES;
  }

  static byte[] of(ClusterView view, long known) {
    ByteWriter out = new ByteWriter(1024);
    long version = view.version();
    out.varint(version);
    return version > known ? out.blob(json(view.map())).toBytes() : out.toBytes();
  }

  /** Takes a map over that another node sent; true if it was newer. */
  static boolean take(ClusterView view, byte[] message) {
    ByteReader in = new ByteReader(message, "map of another node");
    long version = in.varint();
    return in.remaining() > 0 && view.update(version, read(in.blob()));
  }

  /** Asks a node for its map, also one that this node does not belong to yet. */
  public static ClusterMap ask(LinkClient links, String address, Duration timeout)
      throws LinkException {
    byte[] question = new ByteWriter(16).u8(Messages.MAP).varint(0).toBytes();
    ByteReader in = new ByteReader(links.ask(address, question, timeout), "map of another node");
    in.varint();
    return in.remaining() == 0 ? ClusterMap.NONE : read(in.blob());
  }

  public static byte[] json(ClusterMap map) {
    return Objects.requireNonNull(TYPES.stored(ClusterMap.ADDRESS.type())).encodeState(map);
  }

  public static ClusterMap read(byte[] json) {
    return (ClusterMap)
        Objects.requireNonNull(TYPES.stored(ClusterMap.ADDRESS.type())).decodeState(json);
  }
}
