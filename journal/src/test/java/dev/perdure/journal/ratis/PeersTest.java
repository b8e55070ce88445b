package dev.perdure.journal.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.journal.LogPosition;
import dev.perdure.journal.Member;
import dev.perdure.journal.ReplicaOrigin;
import dev.perdure.journal.link.Caller;
import dev.perdure.journal.link.LinkClient;
import dev.perdure.journal.link.LinkException;
import dev.perdure.kernel.Clock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.ratis.proto.RaftProtos.GroupManagementRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftClientRequestProto;
import org.apache.ratis.proto.grpc.AdminProtocolServiceGrpc;
import org.apache.ratis.proto.grpc.RaftClientProtocolServiceGrpc;
import org.apache.ratis.thirdparty.io.grpc.CallOptions;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.ClientCalls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several nodes in this process, over loopback sockets. */
final class PeersTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path directory;

  private TestPeer founded(String name) {
    return new TestPeer(name, directory, ReplicaOrigin.FOUNDED).start();
  }

  private TestPeer joined(String name) {
    return new TestPeer(name, directory, ReplicaOrigin.JOINED).start();
  }

  private static void change(TestPeer leader, TestPeer... members) throws Exception {
    List<Member> wanted = new ArrayList<>();
    for (TestPeer one : members) {
      wanted.add(one.member);
    }
    leader
        .membership()
        .change(wanted, PATIENCE)
        .toCompletableFuture()
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void growsFromOneToThreeAndOutlivesItsLeader() throws Exception {
    try (TestPeer one = founded("n1");
        TestPeer two = joined("n2");
        TestPeer three = joined("n3")) {
      long term = one.replica.awaitLeading();
      one.append(term, "alone");
      change(one, one, two);
      change(one, one, two, three);
      assertThat(one.membership().members())
          .containsExactlyInAnyOrder(one.member, two.member, three.member);
      one.append(term, "together");
      for (TestPeer each : List.of(one, two, three)) {
        each.replica.awaitCount(2);
        assertThat(each.journal.otherLeader()).isEqualTo(each == one ? null : "n1");
      }
      assertThat(one.journal.leads(term)).as("with peers a quorum must be asked").isFalse();
      one.journal
          .confirmLeadership(term)
          .toCompletableFuture()
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      one.stop();
      TestPeer next = awaitLeader(two, three);
      long later = next.replica.leadingTerm();
      assertThat(later).isGreaterThan(term);
      next.append(later, "without the first");
      two.replica.awaitCount(3);
      three.replica.awaitCount(3);
      assertThat(texts(two)).isEqualTo(List.of("alone", "together", "without the first"));
      assertThat(texts(three)).isEqualTo(texts(two));
    }
  }

  /** By themselves they would find it dead after minutes. */
  @Test
  void followersOfANodeThatRefusesConnectionsElectAtOnce() throws Exception {
    var patient = new RatisSettings.Timeouts(Duration.ofSeconds(1), Duration.ofMinutes(20));
    try (TestPeer one = new TestPeer("n1", directory, ReplicaOrigin.FOUNDED, patient).start();
        TestPeer two = new TestPeer("n2", directory, ReplicaOrigin.JOINED, patient).start();
        TestPeer three = new TestPeer("n3", directory, ReplicaOrigin.JOINED, patient).start()) {
      long term = one.replica.awaitLeading();
      change(one, one, two);
      change(one, one, two, three);
      one.append(term, "together");
      two.replica.awaitCount(1);
      three.replica.awaitCount(1);
      two.journals.refused("n3");
      two.journals.refused("n1");
      one.append(term, "and it goes on, because it is heard of");
      two.replica.awaitCount(2);
      one.stop();
      two.journals.refused("n1");
      three.journals.refused("n1");
      assertThat(awaitLeader(two, three).replica.leadingTerm()).isGreaterThan(term);
    }
  }

  @Test
  void bringsUpANewMemberBehindASnapshot() throws Exception {
    try (TestPeer one = founded("n1");
        TestPeer two = joined("n2")) {
      long term = one.replica.awaitLeading();
      LogPosition snapshot = fillAndPurge(one, term);
      two.beginBehind(snapshot, one.journals.configuration(0));
      change(one, one, two);
      one.append(term, "later");
      two.replica.awaitCount(1);
      assertThat(texts(two)).containsExactly("later");
    }
  }

  @Test
  void tellsAMemberThatItWasLeftBehindAndTakesItBack() throws Exception {
    try (TestPeer one = founded("n1");
        TestPeer two = joined("n2");
        TestPeer three = joined("n3")) {
      long term = one.replica.awaitLeading();
      change(one, one, two);
      change(one, one, two, three);
      three.stopShard();
      LogPosition snapshot = fillAndPurge(one, term);
      three.journal.start();
      assertThat(three.replica.awaitLeft()).isBetween(1L, snapshot.index() + 1);
      three.beginBehind(snapshot, one.journals.configuration(0));
      one.append(term, "later");
      three.replica.awaitCount(1);
      assertThat(texts(three)).containsExactly("later");
      two.stop();
      one.append(term, "with the one that came back");
      one.replica.awaitCount(403);
    }
  }

  /** Only the two are there: none can lead without the other. */
  @Test
  void whoIsElectedByAMemberThatWasLeftBehindLeadsOnceThatOneWasBroughtUp() throws Exception {
    try (TestPeer one = founded("n1");
        TestPeer two = joined("n2");
        TestPeer three = joined("n3")) {
      long term = one.replica.awaitLeading();
      change(one, one, two);
      change(one, one, two, three);
      three.stopShard();
      LogPosition snapshot = fillAndPurge(one, term);
      two.stop();
      one.stopShard();
      one.journal.start();
      three.journal.start();
      until(() -> one.membership().electedTerm() > term);
      three.replica.awaitLeft();
      assertThat(one.replica.leadingTerm()).as("it is not ready").isEqualTo(-1);
      assertThat(one.membership().confirm().toCompletableFuture())
          .as("nor can it be confirmed")
          .isCompletedExceptionally();
      three.beginBehind(snapshot, one.journals.configuration(0));
      one.append(one.replica.awaitLeading(), "later");
      three.replica.awaitCount(1);
      assertThat(texts(three)).containsExactly("later");
    }
  }

  @Test
  void aMemberWhoseOwnTailIsLongerThanWhatWasPurgedIsToldThatItWasLeftBehind() throws Exception {
    // Long enough for a leader that nobody hears to write a tail.
    var patient = new RatisSettings.Timeouts(Duration.ofMillis(300), Duration.ofSeconds(8));
    try (TestPeer one = new TestPeer("n1", directory, ReplicaOrigin.FOUNDED, patient).start();
        TestPeer two = new TestPeer("n2", directory, ReplicaOrigin.JOINED, patient).start();
        TestPeer three = new TestPeer("n3", directory, ReplicaOrigin.JOINED, patient).start()) {
      one.replica.awaitLeading();
      change(one, one, two);
      change(one, one, two, three);
      one.membership().transfer("n3", PATIENCE).toCompletableFuture().join();
      long term = three.replica.awaitLeading();
      three.append(term, "the last one");
      for (TestPeer each : List.of(one, two, three)) {
        each.replica.awaitCount(1);
        each.replica.takeSnapshot();
      }
      one.stopShard();
      two.stopShard();
      for (int i = 0; i < 600; i++) {
        three.append(term, "never committed " + i);
      }
      until(() -> three.journal.status().lastIndex() > 600);
      three.stopShard();
      one.journal.start();
      two.journal.start();
      TestPeer leader = awaitLeader(one, two);
      LogPosition snapshot = fillAndPurge(leader, leader.replica.leadingTerm());
      assertThat(snapshot.index()).as("its tail is longer").isLessThan(600);
      three.journal.start();
      assertThat(three.replica.awaitLeft()).isBetween(100L, snapshot.index() + 1);
      three.stopShard();
      assertThat(three.journals.termAt(0, snapshot.index())).isEqualTo(term);
      assertThat(leader.journals.termAt(0, snapshot.index())).isEqualTo(snapshot.term());
      assertThat(three.journals.termAt(0, 100_000)).isEqualTo(-1);
      three.beginBehind(snapshot, leader.journals.configuration(0));
      leader.append(leader.replica.leadingTerm(), "later");
      three.replica.awaitCount(1);
      assertThat(texts(three)).containsExactly("later");
    }
  }

  private static void until(BooleanSupplier condition) {
    long endNs = Clock.system().monotonicNs() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(Clock.system().monotonicNs()).isLessThan(endNs);
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Writes several files of log and removes all of it that a snapshot covers. */
  private static LogPosition fillAndPurge(TestPeer one, long term) {
    int before = one.replica.count();
    for (int i = 0; i < 400; i++) {
      one.append(term, ("entry " + i + " ").repeat(100));
    }
    one.replica.awaitCount(before + 400);
    one.replica.takeSnapshot();
    one.journal.snapshotTaken();
    one.append(term, "after the snapshot");
    one.replica.awaitCount(before + 401);
    return one.replica.takeSnapshot();
  }

  private static TestPeer awaitLeader(TestPeer... of) {
    CompletableFuture<TestPeer> first = new CompletableFuture<>();
    for (TestPeer each : of) {
      Thread.ofVirtual()
          .start(
              () -> {
                each.replica.awaitLeading();
                first.complete(each);
              });
    }
    return first.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  private static List<String> texts(TestPeer peer) {
    return peer.replica.entries().stream()
        .map(entry -> new String(entry, StandardCharsets.UTF_8))
        .toList();
  }

  @Test
  void handsLeadershipOver() throws Exception {
    try (TestPeer one = founded("n1");
        TestPeer two = joined("n2")) {
      one.replica.awaitLeading();
      change(one, one, two);
      one.membership()
          .transfer("n2", PATIENCE)
          .toCompletableFuture()
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      two.replica.awaitLeading();
      assertThat(one.journal.otherLeader()).isEqualTo("n2");
    }
  }

  @Test
  void asksAndIsAnsweredInOrder() throws Exception {
    try (TestPeer one = founded("n1");
        LinkClient client = new LinkClient(new Caller(TestPeer.CLUSTER.toString(), "n9"), null)) {
      String address = one.member.address();
      assertThat(client.ask(address, bytes("hello"), PATIENCE)).isEqualTo(bytes("n1 to n9: hello"));
      assertThatThrownBy(() -> client.ask(address, bytes("fail"), PATIENCE))
          .isInstanceOf(LinkException.class)
          .hasMessageContaining("told to fail");
      List<CompletableFuture<byte[]>> answers = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        answers.add(client.send(address, bytes("m" + i)));
      }
      for (int i = 0; i < 500; i++) {
        assertThat(answers.get(i).get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
            .isEqualTo(bytes("m" + i));
      }
    }
  }

  @Test
  void boundsTheBytesThatWaitAndForgetsWhatACallerGaveUp() {
    try (TestPeer one = founded("n1");
        LinkClient client = new LinkClient(new Caller(TestPeer.CLUSTER.toString(), "n9"), null)) {
      String address = one.member.address();
      byte[] large = new byte[1 << 20];
      System.arraycopy(bytes("never"), 0, large, 0, 5);
      List<CompletableFuture<byte[]>> waiting = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        waiting.add(client.send(address, large));
      }
      assertThat(waiting).allMatch(answer -> !answer.isDone());
      assertThat(client.send(address, large))
          .failsWithin(Duration.ofSeconds(1))
          .withThrowableOfType(ExecutionException.class)
          .withMessageContaining("64 MiB of messages wait");
      waiting.forEach(answer -> answer.cancel(false));
      long endNs = Clock.system().monotonicNs() + PATIENCE.toNanos();
      CompletableFuture<byte[]> small = client.send(address, bytes("small"));
      while (small.isCompletedExceptionally()) {
        assertThat(Clock.system().monotonicNs()).as("the stream sends them").isLessThan(endNs);
        LockSupport.parkNanos(1_000_000);
        small = client.send(address, bytes("small"));
      }
      assertThat(small).succeedsWithin(PATIENCE);
      assertThat(client.send(address, large)).isNotDone();
    }
  }

  @Test
  void refusesRaftsOwnServicesForClientsAndAdministration() {
    try (TestPeer one = founded("n1")) {
      ManagedChannel channel =
          NettyChannelBuilder.forTarget("dns:///" + one.member.address()).usePlaintext().build();
      try {
        GroupManagementRequestProto empty = GroupManagementRequestProto.getDefaultInstance();
        assertThatThrownBy(
                () -> AdminProtocolServiceGrpc.newBlockingStub(channel).groupManagement(empty))
            .isInstanceOf(StatusRuntimeException.class)
            .hasMessageContaining("not offered");
        assertThatThrownBy(
                () ->
                    ClientCalls.blockingUnaryCall(
                        channel,
                        RaftClientProtocolServiceGrpc.getUnorderedMethod(),
                        CallOptions.DEFAULT,
                        RaftClientRequestProto.getDefaultInstance()))
            .isInstanceOf(StatusRuntimeException.class)
            .hasMessageContaining("not offered");
      } finally {
        channel.shutdownNow();
      }
    }
  }

  @Test
  void refusesNodesOfAnotherCluster() {
    try (TestPeer one = founded("n1");
        LinkClient stranger = new LinkClient(new Caller("some-other-cluster", "n9"), null)) {
      String address = one.member.address();
      assertThatThrownBy(() -> stranger.ask(address, bytes("hello"), PATIENCE))
          .isInstanceOf(LinkException.class)
          .hasMessageContaining("this is cluster " + TestPeer.CLUSTER);
      assertThat(stranger.send(address, bytes("hello"))).failsWithin(PATIENCE);
    }
  }

  @Test
  void failsAtOnceWhereNobodyListens() {
    String address = "127.0.0.1:" + TestPeer.freePort();
    try (LinkClient client = new LinkClient(new Caller("", "n9"), null)) {
      assertThatThrownBy(() -> client.ask(address, bytes("hello"), PATIENCE))
          .isInstanceOf(LinkException.class)
          .hasMessageContaining(address);
      assertThat(client.send(address, bytes("hello"))).failsWithin(PATIENCE);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
