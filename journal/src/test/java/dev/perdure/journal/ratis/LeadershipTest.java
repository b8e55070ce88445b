package dev.perdure.journal.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.journal.Member;
import dev.perdure.journal.ReplicaOrigin;
import dev.perdure.kernel.Clock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That a leader is one still, is not believed without a lease that runs or a majority's word. */
class LeadershipTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * A leader steps down by itself after minutes: it is as sure of itself as one that was frozen.
   */
  private static final RatisSettings.Timeouts STUBBORN =
      new RatisSettings.Timeouts(Duration.ofMillis(500), Duration.ofMinutes(20));

  @TempDir private Path directory;

  private TestPeer peer(String name, ReplicaOrigin origin, RatisSettings.Timeouts timeouts) {
    return new TestPeer(name, directory, origin, timeouts).start();
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

  private static CompletableFuture<Void> confirm(TestPeer peer, long term) {
    return peer.journal.confirmLeadership(term).toCompletableFuture();
  }

  /** Time is what ends a lease. */
  private static void pass(Duration duration) {
    long untilNs = Clock.system().monotonicNs() + duration.toNanos();
    while (Clock.system().monotonicNs() < untilNs) {
      LockSupport.parkNanos(untilNs - Clock.system().monotonicNs());
    }
  }

  @Test
  void aLeaderWhoseLeaseIsOverAsksAnewEachTime() throws Exception {
    try (TestPeer one = peer("n1", ReplicaOrigin.FOUNDED, STUBBORN);
        TestPeer two = peer("n2", ReplicaOrigin.JOINED, STUBBORN);
        TestPeer three = peer("n3", ReplicaOrigin.JOINED, STUBBORN)) {
      long term = one.replica.awaitLeading();
      change(one, one, two);
      change(one, one, two, three);
      one.append(term, "together");
      three.replica.awaitCount(1);
      for (int i = 0; i < 3; i++) {
        assertThat(confirm(one, term)).as("all are there").succeedsWithin(PATIENCE);
      }
      three.stop();
      two.stopShard();
      pass(STUBBORN.electionMin().plusMillis(100));
      assertThat(confirm(one, term)).as("nobody follows").failsWithin(PATIENCE);
      assertThat(confirm(one, term)).as("nobody follows, again").failsWithin(PATIENCE);
      assertThat(one.replica.leadingTerm()).as("it still believes that it leads").isEqualTo(term);
    }
  }

  @Test
  void withoutALeaseAMajorityIsAsked() throws Exception {
    var usual = RatisSettings.Timeouts.DEFAULT;
    try (TestPeer one = peer("n1", ReplicaOrigin.FOUNDED, usual);
        TestPeer two = peer("n2", ReplicaOrigin.JOINED, usual);
        TestPeer three = peer("n3", ReplicaOrigin.JOINED, usual)) {
      long term = one.replica.awaitLeading();
      change(one, one, two);
      change(one, one, two, three);
      three.stop();
      // It cannot take over; from then on the lease is not trusted.
      assertThat(one.membership().transfer("n3", Duration.ofMillis(300)).toCompletableFuture())
          .failsWithin(PATIENCE);
      List<CompletableFuture<Void>> many = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        many.add(confirm(one, term));
      }
      assertThat(CompletableFuture.allOf(many.toArray(CompletableFuture[]::new)))
          .succeedsWithin(PATIENCE);
      two.stop();
      assertThat(confirm(one, term)).failsWithin(PATIENCE);
    }
  }

  /** Nothing is committed between the two questions, as on a leader that was frozen. */
  @Test
  void theAnswerToOneQuestionIsNotTheAnswerToTheNext() throws Exception {
    try (TestPeer one = peer("n1", ReplicaOrigin.FOUNDED, STUBBORN);
        TestPeer two = peer("n2", ReplicaOrigin.JOINED, STUBBORN);
        TestPeer three = peer("n3", ReplicaOrigin.JOINED, STUBBORN)) {
      long term = one.replica.awaitLeading();
      change(one, one, two);
      change(one, one, two, three);
      three.stop();
      CompletableFuture<Void> handOver =
          one.membership().transfer("n3", Duration.ofSeconds(2)).toCompletableFuture();
      assertThat(confirm(one, term)).as("without a lease").succeedsWithin(PATIENCE);
      assertThat(handOver).failsWithin(PATIENCE);
      two.stopShard();
      pass(STUBBORN.electionMin().plusMillis(100));
      assertThat(confirm(one, term)).as("nobody follows").failsWithin(PATIENCE);
    }
  }
}
