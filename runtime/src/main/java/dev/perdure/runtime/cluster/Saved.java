package dev.perdure.runtime.cluster;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.CorruptionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster's map as a node keeps it for its next start, when it has nobody to ask yet. Nothing
 * is lost with it: it is only where to ask first.
 */
public final class Saved {

  private static final Logger LOG = LoggerFactory.getLogger(Saved.class);
  private static final int FORMAT = 1;
  private static final int TYPE = 'C';

  private Saved() {}

  static byte[] of(long version, ClusterMap map) {
    ByteWriter out = new ByteWriter(1024).u8(FORMAT).u8(TYPE).varint(version);
    return out.blob(MapMessage.json(map)).checksumFrom(0).toBytes();
  }

  /** What was saved; nothing if there is nothing that can be read. */
  public static ClusterView read(Path file) {
    if (Files.exists(file)) {
      try {
        byte[] bytes = Files.readAllBytes(file);
        ByteReader in = ByteReader.checked(bytes, 0, bytes.length, "saved map of the cluster");
        if (in.u8() == FORMAT && in.u8() == TYPE) {
          return new ClusterView(in.varint(), MapMessage.read(in.blob()));
        }
      } catch (IOException | CorruptionException e) {
        LOG.warn("the saved map of the cluster is not used: {}", e.getMessage());
      }
    }
    return new ClusterView(0, ClusterMap.NONE);
  }
}
