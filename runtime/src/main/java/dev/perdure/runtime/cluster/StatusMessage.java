package dev.perdure.runtime.cluster;

import dev.perdure.journal.JournalStatus;
import dev.perdure.journal.Member;
import dev.perdure.journal.Membership;
import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.runtime.Build;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.shard.Shard;
import java.util.ArrayList;
import java.util.List;

/**
 * What a node says of itself and its replicas.
 *
 * @param build which code it runs; that of the first level if it does not say
 */
public record StatusMessage(String node, List<Replica> replicas, Build build) {

  private static final Build SILENT = new Build("unknown", Build.FIRST_LEVEL, Build.FIRST_LEVEL);

  /**
   * A replica.
   *
   * @param leads true if it takes commands now
   * @param term newest term it knows
   * @param applied index of the last entry applied
   * @param last index of the last entry in its log
   * @param members node ids by its newest configuration
   * @param hash of all facts, at the index of the last entry that changed any
   */
  public record Replica(
      int shard,
      boolean leads,
      long term,
      long applied,
      long last,
      List<String> members,
      ShardState.StateHash hash) {}

  /** Of this node. */
  static StatusMessage here(Router.Parts routing, Replicas replicas) {
    List<Replica> all = new ArrayList<>();
    for (Shard shard : replicas.all()) {
      Membership membership = replicas.membership(shard.number());
      JournalStatus journal = shard.figures().journal();
      all.add(
          new Replica(
              shard.number(),
              shard.leads(),
              journal.term(),
              journal.appliedIndex(),
              journal.lastIndex(),
              membership == null
                  ? List.of()
                  : membership.members().stream().map(Member::node).toList(),
              shard.parts().state().hash()));
    }
    return new StatusMessage(routing.self(), all, routing.level().build());
  }

  byte[] toBytes() {
    ByteWriter out = new ByteWriter(512);
    out.text(node).varint(replicas.size());
    for (Replica one : replicas) {
      out.varint(one.shard).u8(one.leads ? 1 : 0).varint(one.term);
      out.varint(one.applied + 1).varint(one.last + 1).varint(one.members.size());
      one.members.forEach(out::text);
      out.varint(one.hash.index() + 1).u64(one.hash.hash());
    }
    // Behind all that builds of the first level read; they stop there.
    out.text(build.version()).varint(build.oldest()).varint(build.newest());
    return out.toBytes();
  }

  static StatusMessage read(byte[] message) {
    ByteReader in = new ByteReader(message, "status of another node");
    String node = in.text();
    List<Replica> all = new ArrayList<>();
    for (int left = in.length(); left > 0; left--) {
      int shard = (int) in.varint();
      boolean leads = in.u8() == 1;
      long term = in.varint();
      long applied = in.varint() - 1;
      long last = in.varint() - 1;
      List<String> members = new ArrayList<>();
      for (int count = in.length(); count > 0; count--) {
        members.add(in.text());
      }
      all.add(
          new Replica(
              shard,
              leads,
              term,
              applied,
              last,
              members,
              new ShardState.StateHash(in.varint() - 1, in.u64())));
    }
    Build build =
        in.remaining() == 0 ? SILENT : new Build(in.text(), (int) in.varint(), (int) in.varint());
    return new StatusMessage(node, all, build);
  }
}
