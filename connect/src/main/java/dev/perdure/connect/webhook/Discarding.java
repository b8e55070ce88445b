package dev.perdure.connect.webhook;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads a little of an answer's body, so that the connection can be used again, and nothing of it
 * is kept. What is longer, or takes longer, is cut off, with its connection. The status is all that
 * counts, so what breaks the body changes nothing.
 */
final class Discarding implements BodySubscriber<@Nullable Void> {

  static final int BYTES_MAX = 16 * 1024;

  /** From the headers on; a body of one packet is there with them. */
  static final Duration TIME_MAX = Duration.ofSeconds(1);

  private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
  private Flow.@Nullable Subscription coming;
  private volatile boolean over;
  private long bytes;

  @Override
  public CompletionStage<@Nullable Void> getBody() {
    return end;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    coming = subscription;
    end.completeOnTimeout(null, TIME_MAX.toMillis(), TimeUnit.MILLISECONDS);
    CompletableFuture<@Nullable Void> _ =
        end.whenComplete(
            (nothing, broken) -> {
              if (!over) {
                subscription.cancel();
              }
            });
    subscription.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer one : buffers) {
      bytes += one.remaining();
    }
    Flow.Subscription from = coming;
    if (from == null) {
      return;
    }
    if (bytes > BYTES_MAX) {
      end.complete(null);
    } else {
      from.request(1);
    }
  }

  @Override
  public void onError(Throwable broken) {
    over = true;
    end.complete(null);
  }

  @Override
  public void onComplete() {
    over = true;
    end.complete(null);
  }
}
