package dev.perdure.runtime.cluster;

import dev.perdure.journal.JournalStatus;
import dev.perdure.journal.Member;
import dev.perdure.journal.Membership;
import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.runtime.Build;
import dev.perdure.runtime.ShardFigures;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.shard.Shard;
import java.util.ArrayList;
import java.util.List;

/**
 * What a node says of itself, its replicas and its disk.
 *
 * @param build which code it runs; that of the first level if it does not say
 * @param api URL of its API as callers reach it; empty if it does not say
 * @param wallMicros its wall clock when it said so; 0 if it does not say
 */
public record StatusMessage(
    String node, List<Replica> replicas, Disk disk, Build build, String api, long wallMicros) {

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
   * @param earlier the same at round indexes
   * @param commands taken and answered by this replica as the leader since its node started
   */
  public record Replica(
      int shard,
      boolean leads,
      long term,
      long applied,
      long last,
      List<String> members,
      ShardState.StateHash hash,
      List<ShardState.StateHash> earlier,
      long commands) {

    private Replica with(List<ShardState.StateHash> hashes) {
      return new Replica(shard, leads, term, applied, last, members, hash, hashes, commands);
    }

    private Replica with(long done) {
      return new Replica(shard, leads, term, applied, last, members, hash, earlier, done);
    }
  }

  /** Of this node. */
  static StatusMessage here(Router.Parts routing, Replicas replicas) {
    List<Replica> all = new ArrayList<>();
    for (Shard shard : replicas.all()) {
      Membership membership = replicas.membership(shard.number());
      ShardFigures figures = shard.figures();
      JournalStatus journal = figures.journal();
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
              shard.parts().state().hash(),
              shard.parts().state().hashes(),
              figures.commandsAccepted()
                  + figures.commandsRejected()
                  + figures.commandsReplayed()));
    }
    return new StatusMessage(
        routing.self(),
        all,
        replicas.disk(),
        routing.level().build(),
        routing.view().api(),
        routing.clock().wallMicros());
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
    out.text(disk.refuses()).varint(disk.forceNs());
    for (Replica one : replicas) {
      out.varint(one.earlier.size());
      one.earlier.forEach(at -> out.varint(at.index()).u64(at.hash()));
    }
    out.text(api);
    for (Replica one : replicas) {
      out.varint(one.commands);
    }
    out.u8(disk.lately() ? 1 : 0);
    out.varint(wallMicros);
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
      ShardState.StateHash hash = new ShardState.StateHash(in.varint() - 1, in.u64());
      all.add(new Replica(shard, leads, term, applied, last, members, hash, List.of(), 0));
    }
    if (in.remaining() == 0) {
      return new StatusMessage(node, all, Disk.UNKNOWN, SILENT, "", 0);
    }
    Build build = new Build(in.text(), (int) in.varint(), (int) in.varint());
    if (in.remaining() == 0) {
      return new StatusMessage(node, all, Disk.UNKNOWN, build, "", 0);
    }
    Disk disk = new Disk(in.text(), false, in.varint());
    List<Replica> whole = all.stream().map(one -> one.with(earlier(in))).toList();
    String api = in.remaining() == 0 ? "" : in.text();
    if (in.remaining() > 0) {
      whole = whole.stream().map(one -> one.with(in.varint())).toList();
    }
    if (in.remaining() > 0) {
      disk = new Disk(disk.refuses(), in.u8() == 1, disk.forceNs());
    }
    long wallMicros = in.remaining() == 0 ? 0 : in.varint();
    return new StatusMessage(node, whole, disk, build, api, wallMicros);
  }

  private static List<ShardState.StateHash> earlier(ByteReader in) {
    List<ShardState.StateHash> hashes = new ArrayList<>();
    for (int count = in.length(); count > 0; count--) {
      hashes.add(new ShardState.StateHash(in.varint(), in.u64()));
    }
    return hashes;
  }
}
