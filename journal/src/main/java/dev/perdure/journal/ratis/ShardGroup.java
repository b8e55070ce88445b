package dev.perdure.journal.ratis;

import dev.perdure.kernel.Check;
import java.nio.file.Path;
import java.util.UUID;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;

/** Where a shard's Raft group lives and how it is called. Names are stored: fixed for ever. */
record ShardGroup(int shard, RatisSettings settings) {

  /** "perdure" and a zero in ASCII. */
  private static final long NAMESPACE = 0x7065_7264_7572_6500L;

  ShardGroup {
    Check.argument(shard >= 0 && shard < 4096, "A shard's number is 0 to 4095, not " + shard);
  }

  RaftGroupId id() {
    return RaftGroupId.valueOf(uuid(shard));
  }

  RaftPeerId peer() {
    return RaftPeerId.valueOf(settings.node());
  }

  /** The group as a lone peer founds it. Later configurations are read from the log. */
  RaftGroup group() {
    return RaftGroup.valueOf(id(), RaftPeer.newBuilder().setId(peer()).build());
  }

  Path directory() {
    return directory(settings.directory(), shard);
  }

  static Path directory(Path journals, int shard) {
    return journals.resolve(uuid(shard).toString());
  }

  /** Where Ratis keeps the log's files. */
  static Path logDirectory(Path journals, int shard) {
    return directory(journals, shard).resolve("current");
  }

  private static UUID uuid(int shard) {
    return new UUID(NAMESPACE, shard + 1L);
  }
}
