package dev.perdure.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.example.ledger.http.Answer;
import dev.perdure.example.ledger.http.Delivery.Delivered;
import org.junit.jupiter.api.Test;

class RepliesTest {

  private static final Answer FRESH = new Answer(200, 1, null, false);
  private static final Answer REPLAYED = new Answer(200, 1, null, true);

  private final Replies replies = new Replies(100);

  @Test
  void lateAnswerOfTheOldProcessIsNotTheFirstOfTheNewOne() {
    long killedNs = System.nanoTime();
    replies.newProcess(killedNs);
    replies.accept(new Delivered(FRESH, 1, killedNs - 1));
    assertThat(replies.answered()).isFalse();
    replies.accept(new Delivered(FRESH, 2, killedNs + 1));
    assertThat(replies.answered()).isTrue();
    long first = replies.firstAnswerNs();
    replies.accept(new Delivered(FRESH, 2, killedNs + 2));
    assertThat(replies.firstAnswerNs()).isEqualTo(first);
    assertThat(replies.done()).isEqualTo(3);
  }

  @Test
  void countsAnswersThatWereLostWithAConnection() {
    long nowNs = System.nanoTime();
    replies.accept(new Delivered(REPLAYED, 2, nowNs));
    replies.accept(new Delivered(REPLAYED, 1, nowNs));
    replies.accept(new Delivered(FRESH, 2, nowNs));
    assertThat(replies.recovered()).isEqualTo(1);
  }

  @Test
  void percentilesAreOfFirstAttempts() {
    assertThat(replies.percentileNs(0.5)).isZero();
    long nowNs = System.nanoTime();
    for (int seconds = 1; seconds <= 100; seconds++) {
      replies.accept(new Delivered(FRESH, 1, nowNs - seconds * 1_000_000_000L));
    }
    assertThat(replies.percentileNs(0.50) / 1_000_000_000L).isEqualTo(51);
    assertThat(replies.percentileNs(0.99) / 1_000_000_000L).isEqualTo(100);
  }
}
