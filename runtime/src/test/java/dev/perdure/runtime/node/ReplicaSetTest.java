package dev.perdure.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.journal.JournalStatus;
import dev.perdure.journal.LogPosition;
import dev.perdure.journal.Vote;
import dev.perdure.journal.link.Caller;
import dev.perdure.journal.link.LinkClient;
import dev.perdure.journal.link.LinkHandler;
import dev.perdure.journal.ratis.RatisJournals;
import dev.perdure.journal.ratis.RatisSettings;
import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.Clock;
import dev.perdure.kernel.CorruptionException;
import dev.perdure.kernel.Entropy;
import dev.perdure.runtime.Build;
import dev.perdure.runtime.DataDirectory;
import dev.perdure.runtime.Limits;
import dev.perdure.runtime.NodeOptions;
import dev.perdure.runtime.cluster.MapMessage;
import dev.perdure.runtime.shard.Lead;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.shard.ShardParts;
import dev.perdure.runtime.store.NativeMemory;
import dev.perdure.runtime.store.Snapshots;
import dev.perdure.runtime.wake.Wakes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The replicas of a node, with real files and sockets; the node they are fetched from is acted. */
class ReplicaSetTest {

  private static final int SLOW_SHARD = 1;

  @TempDir Path directory;

  private final Source source = new Source();
  private DataDirectory data;
  private NativeMemory memory;
  private RatisJournals journals;
  private RatisJournals other;
  private LinkClient links;
  private ReplicaSet replicas;
  private String address;

  @BeforeEach
  void open() throws IOException {
    Path here = Files.createDirectory(directory.resolve("here"));
    data = DataDirectory.open(NodeOptions.of(here).withShards(3));
    memory = new NativeMemory(64 << 20);
    journals = journals("n2", data.journal(), new Source());
    address = "127.0.0.1:" + source.port;
    other = journals("n1", directory.resolve("there"), source);
    links = new LinkClient(new Caller(data.cluster().toString(), "n2"), null);
    replicas =
        new ReplicaSet(
            data,
            memory,
            journals,
            (shard, state) ->
                new ShardParts(
                    state,
                    MapMessage.types(),
                    Limits.defaults(),
                    Clock.system(),
                    Entropy.system(),
                    Set.of(),
                    Build.THIS::newest,
                    new Wakes(any -> null),
                    new Lead()));
    replicas.connect(links, (shard, leader) -> {});
  }

  private RatisJournals journals(String node, Path path, Source answering) {
    return RatisJournals.open(
        RatisSettings.of(data.cluster(), node, path)
            .withPeering(
                new RatisSettings.Peering(
                    "127.0.0.1", answering.port, "127.0.0.1:" + answering.port, answering, null)));
  }

  @AfterEach
  void closeAll() {
    source.released.countDown();
    links.close();
    replicas.close();
    journals.close();
    other.close();
    memory.close();
  }

  private Shard founded() {
    replicas.markFounded(0);
    Shard shard = replicas.found(0);
    shard.start();
    long endNs = Clock.system().monotonicNs() + TimeUnit.SECONDS.toNanos(60);
    while (!shard.leads()) {
      assertThat(Clock.system().monotonicNs()).isLessThan(endNs);
      LockSupport.parkNanos(1_000_000);
    }
    return shard;
  }

  @Test
  void copiesNothingOfAShardThatMayHoldHalfAnEntry() throws IOException {
    Shard shard = founded();
    replicas.copy(0).kept().close();
    LogPosition next = new LogPosition(99, 99);
    assertThatThrownBy(() -> shard.apply(next, ByteBuffer.wrap(new byte[] {1, 2, 3})))
        .isInstanceOf(RuntimeException.class);
    assertThat(shard.copyTo(directory.resolve("copy"), -1, 0)).isNull();
    assertThat(directory.resolve("copy")).doesNotExist();
    assertThatThrownBy(() -> replicas.copy(0))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("does not lead");
  }

  @Test
  void goesOnWithAFoundingThatWasInterruptedAtAnyPlace() throws IOException {
    Files.createDirectories(data.shard(1)); // before its mark
    replicas.markFounded(2); // behind it
    Files.createDirectories(data.shard(0));
    Files.createFile(data.shard(0).resolve("unfinished"));

    assertThat(replicas.onDisk()).containsExactly(0, 2);
    for (int shard = 1; shard <= 2; shard++) {
      replicas.add(shard);
      Shard founded = Objects.requireNonNull(replicas.get(shard));
      long endNs = Clock.system().monotonicNs() + TimeUnit.SECONDS.toNanos(60);
      while (!founded.leads()) {
        assertThat(Clock.system().monotonicNs()).isLessThan(endNs);
        LockSupport.parkNanos(1_000_000);
      }
      assertThat(data.shard(shard).resolveSibling("begun-" + shard)).exists();
    }
  }

  @Test
  void givesUpACopyWhenItsSnapshotCannotBeTaken() throws IOException {
    Shard shard = founded();
    Snapshots.delete(data.snapshots(0));
    Files.writeString(data.snapshots(0), "in the way");
    for (int copies = 1; copies <= 30; copies++) {
      assertThatThrownBy(() -> replicas.copy(0))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("a snapshot of shard 0 could not be taken");
      assertThat(shard.snapshotsFailed()).isEqualTo(copies);
    }
  }

  @Test
  void standsByAVoteOfALaterTermWhenItHoldsAReplicaAgain() throws IOException {
    replicas.host(0, address);
    assertThat(promise()).contains("term=5").contains("votedFor=n1");
    replicas.drop(0, () -> true);
    Files.writeString(promiseFile(), "votedFor=n7\nterm=9\n");
    replicas.host(0, address);
    assertThat(promise()).contains("term=9").contains("votedFor=n7");
  }

  @Test
  void endsTheReplacingOfAStateThatWasInterruptedWithoutAnotherNode() throws IOException {
    Path replica = Files.createDirectories(data.shard(0));
    Files.createDirectories(data.state(0));
    new Replacement(LogPosition.NONE, new Vote(7, "n1"), new byte[0], false).write(replica);
    assertThat(replicas.unfinished(0)).isTrue();
    assertThat(replicas.resume(0)).isTrue();
    assertThat(replicas.unfinished(0)).isFalse();
    assertThat(data.state(0)).doesNotExist();
    assertThat(promise()).contains("term=7").contains("votedFor=n1");
    assertThat(replicas.resume(0)).as("there is nothing more to be done").isFalse();
  }

  @Test
  void fetchesAgainWhatIsNotThereAfterAnInterruption() throws IOException {
    Path replica = Files.createDirectories(data.shard(0));
    new Replacement(new LogPosition(3, 20), new Vote(4, "n1"), new byte[0], false).write(replica);
    assertThat(replicas.resume(0)).isFalse();
    assertThat(replicas.unfinished(0)).isTrue();
    replicas.rebuild(0, address);
    assertThat(replicas.get(0)).isNotNull();
    assertThat(replicas.unfinished(0)).isFalse();
    assertThat(source.compared).as("nobody knows what its log held").isZero();
    replicas.rebuild(0, address);
    assertThat(source.compared).as("its log is whole").isEqualTo(1);
  }

  private String promise() throws IOException {
    return Files.readString(promiseFile());
  }

  private Path promiseFile() throws IOException {
    try (Stream<Path> all = Files.walk(data.journal())) {
      return all.filter(one -> one.endsWith("raft-meta")).findFirst().orElseThrow();
    }
  }

  @Test
  void doesNotListAReplicaThatCouldNotBeStarted() throws IOException {
    source.configuration = new byte[] {1, 2, 3};
    assertThatThrownBy(() -> replicas.host(0, address)).isInstanceOf(CorruptionException.class);
    assertThat(replicas.all()).isEmpty();
    assertThatThrownBy(() -> replicas.rebuild(0, address)).isInstanceOf(CorruptionException.class);
    assertThat(replicas.get(0)).isNull();
    source.configuration = new byte[0];
    replicas.host(0, address);
    assertThat(replicas.get(0)).isNotNull();
  }

  @Test
  void changesOfOtherShardsAndTheEndDoNotWaitForACopy() throws Exception {
    CompletableFuture<Optional<Throwable>> slow = failure(() -> replicas.host(SLOW_SHARD, address));
    assertThat(source.asked.await(10, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<Optional<Throwable>> beside = failure(() -> replicas.host(0, address));
    assertThat(beside.get(10, TimeUnit.SECONDS)).isEmpty();
    links.close();
    CompletableFuture<Optional<Throwable>> end = failure(replicas::close);
    assertThat(end.get(10, TimeUnit.SECONDS)).isEmpty();
    assertThat(slow.get(10, TimeUnit.SECONDS)).containsInstanceOf(IOException.class);
    assertThat(replicas.get(SLOW_SHARD)).isNull();
  }

  @Test
  void theJournalOfAClosedShardIsNotStartedAgain() throws IOException {
    replicas.host(0, address);
    Shard shard = Objects.requireNonNull(replicas.get(0));
    shard.logFailed(new IOException("planted"));
    assertThat(shard.logFailed()).isTrue();
    replicas.drop(0, () -> true);
    shard.restartJournal();
    assertThat(shard.figures().journal().role()).isEqualTo(JournalStatus.Role.CLOSED);
  }

  private interface Step {
    void run() throws Exception;
  }

  /** Runs beside; gives what was thrown. */
  private static CompletableFuture<Optional<Throwable>> failure(Step step) {
    CompletableFuture<Optional<Throwable>> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                step.run();
                result.complete(Optional.empty());
              } catch (Throwable e) {
                result.complete(Optional.of(e));
              }
            });
    return result;
  }

  /** Leads every shard in term 5 and has all of the log; of one shard it does not answer. */
  private static final class Source implements LinkHandler {
    private static final int SNAPSHOT = 9;
    private final int port = freePort();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private volatile byte[] configuration = new byte[0];
    private volatile int compared = -1;

    @Override
    public byte[] answer(Caller caller, byte[] question) throws IOException {
      ByteReader in = new ByteReader(question, "question");
      assertThat(in.u8()).isEqualTo(SNAPSHOT);
      boolean slow = in.varint() == SLOW_SHARD;
      compared = in.u8();
      if (slow) {
        asked.countDown();
        try {
          released.await();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }
      return new ByteWriter(64).varint(5).text("n1").blob(configuration).toBytes();
    }

    @Override
    public void receive(Caller caller, byte[] message, Consumer<byte[]> reply) {
      throw new IllegalStateException("not in this test");
    }

    private static int freePort() {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
