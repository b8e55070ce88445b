package dev.perdure.runtime.cluster;

import dev.perdure.journal.Member;
import dev.perdure.journal.Membership;
import dev.perdure.runtime.Build;
import dev.perdure.runtime.DataDirectory;
import dev.perdure.runtime.Level;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.store.Snapshots;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Replicas without shards: what is asked about members comes from one that the test steers. */
final class HeldReplicas implements Replicas {

  final AtomicInteger looked = new AtomicInteger();
  long elected = -1;
  boolean complete = true;
  private final CompletionStage<Long> confirmation;

  /** Replicas whose leadership is confirmed when this completes. */
  HeldReplicas(CompletionStage<Long> confirmation) {
    this.confirmation = confirmation;
  }

  /** The level of a node whose directory is never written. */
  static Level level() {
    UUID id = new UUID(0, 1);
    return new Level(
        Build.THIS, new DataDirectory(Path.of("nowhere"), id, id, 1, false, Build.THIS.newest()));
  }

  @Override
  public @Nullable Shard get(int shard) {
    return null;
  }

  @Override
  public Collection<Shard> all() {
    looked.incrementAndGet();
    return List.of();
  }

  @Override
  public void add(int shard) {}

  @Override
  public void host(int shard, String leader) {}

  @Override
  public void drop(int shard, BooleanSupplier unwanted) {}

  @Override
  public void settled(int shard) {}

  @Override
  public void rebuild(int shard, String from) {}

  @Override
  public void restore(int shard, String from) {}

  @Override
  public Copied copy(int shard) throws IOException {
    throw new IOException("it holds nothing");
  }

  @Override
  public Membership membership(int shard) {
    return new Alone();
  }

  @Override
  public Disk disk() {
    return Disk.UNKNOWN;
  }

  @Override
  public Optional<Snapshots.Kept> keep(int shard, boolean complete) {
    this.complete = complete;
    return Optional.empty();
  }

  @Override
  public void keepLog(int shard, long fromIndex) {}

  @Override
  public byte[] configuration(int shard) {
    return new byte[] {1};
  }

  /** One member, n1. */
  private final class Alone implements Membership {
    @Override
    public List<Member> members() {
      return List.of(new Member("n1", "127.0.0.1:1"));
    }

    @Override
    public CompletionStage<Void> change(List<Member> members, Duration timeout) {
      return CompletableFuture.failedFuture(new IllegalStateException("not in this test"));
    }

    @Override
    public CompletionStage<Void> transfer(String node, Duration timeout) {
      return CompletableFuture.failedFuture(new IllegalStateException("not in this test"));
    }

    @Override
    public CompletionStage<Long> confirm() {
      return confirmation;
    }

    @Override
    public long electedTerm() {
      return elected;
    }

    @Override
    public void keepLog(long fromIndex, Duration duration) {}

    @Override
    public Map<String, Long> matched() {
      return Map.of();
    }
  }
}
