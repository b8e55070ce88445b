package dev.perdure.journal.ratis;

import dev.perdure.journal.Member;
import dev.perdure.journal.ReplicaOrigin;
import dev.perdure.kernel.Check;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;

/** Where a shard's Raft group lives and how it is called. Names are stored: fixed for ever. */
record ShardGroup(int shard, RatisSettings settings) {

  /** "perdure" and a zero in ASCII. */
  private static final long NAMESPACE = 0x7065_7264_7572_6500L;

  private static final int SHARD_MAX = 4096;

  ShardGroup {
    Check.argument(shard >= 0 && shard <= SHARD_MAX, "A shard's number is 0 to 4096, not " + shard);
  }

  RaftGroupId id() {
    return RaftGroupId.valueOf(uuid(settings.cluster(), shard));
  }

  RaftPeerId peer() {
    return RaftPeerId.valueOf(settings.node());
  }

  /** The group as it begins. Later configurations are read from the log. */
  RaftGroup group(ReplicaOrigin origin) {
    return switch (origin) {
      case FOUNDED -> RaftGroup.valueOf(id(), peer(settings.member()));
      case JOINED -> RaftGroup.valueOf(id());
    };
  }

  static RaftPeer peer(Member member) {
    RaftPeer.Builder peer = RaftPeer.newBuilder().setId(member.node());
    return member.address().isEmpty() ? peer.build() : peer.setAddress(member.address()).build();
  }

  static Member member(RaftPeer peer) {
    String address = peer.getAddress();
    return new Member(peer.getId().toString(), address == null ? "" : address);
  }

  Path directory() {
    return settings.directory().resolve(id().getUuid().toString());
  }

  /** Where Ratis keeps the log's files. */
  Path logDirectory() {
    return directory().resolve("current");
  }

  /** A shard's directory, whatever cluster it belongs to; all in a directory are of one. */
  static Path directory(Path journals, int shard) {
    UUID nameless = uuid(new UUID(0, 0), shard);
    String end = nameless.toString().substring(18);
    try (Stream<Path> all = Files.isDirectory(journals) ? Files.list(journals) : Stream.empty()) {
      return all.filter(one -> String.valueOf(one.getFileName()).endsWith(end))
          .findFirst()
          .orElse(journals.resolve(nameless.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path logDirectory(Path journals, int shard) {
    return directory(journals, shard).resolve("current");
  }

  /** Groups of two clusters have different ids, so that neither takes the other's word. */
  private static UUID uuid(UUID cluster, int shard) {
    long prefix = cluster.getMostSignificantBits() ^ cluster.getLeastSignificantBits();
    return new UUID(NAMESPACE ^ prefix, shard + 1L);
  }
}
