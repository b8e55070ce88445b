package dev.perdure.journal.link;

import dev.perdure.kernel.Clock;
import java.io.EOFException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.thirdparty.io.grpc.CallOptions;
import org.apache.ratis.thirdparty.io.grpc.Channel;
import org.apache.ratis.thirdparty.io.grpc.stub.ClientCallStreamObserver;
import org.apache.ratis.thirdparty.io.grpc.stub.ClientCalls;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/**
 * Messages to one node in order, answers in any. A broken stream fails what waits and is opened
 * anew by the next message. Thread-safe.
 */
final class LinkStream {

  /** Bounds of what may wait for answers; callers are refused beyond them. */
  private static final int WAITING_MAX = 16_384;

  private static final long WAITING_BYTES_MAX = 64L << 20;

  /**
   * A node that has been asked, and answered nothing for so long, hangs as far as can be known.
   * Then so few callers may wait for it that the others, who want something of other nodes, keep
   * their room; one answer ends it.
   */
  private static final long SILENT_NS = 1_000_000_000L;

  private static final int SILENT_WAITING_MAX = 32;
  private static final Clock CLOCK = Clock.system();

  private final String address;
  private final Channel channel;
  private @Nullable Sending current;

  /** When it was first asked after its last answer; 0 if it owes none. Outlives streams. */
  private volatile long askedNs;

  private long numbers;

  LinkStream(String address, Channel channel) {
    this.address = address;
    this.channel = channel;
  }

  /** Sends a message. Cancelling what it gives forgets the answer. */
  synchronized CompletableFuture<byte[]> send(byte[] message) {
    Sending sending = current;
    if (sending == null || sending.broken) {
      sending = new Sending();
      current = sending;
    }
    String full = sending.full(message.length);
    if (!full.isEmpty()) {
      return CompletableFuture.failedFuture(
          new LinkFullException(full + " wait for node at " + address));
    }
    return sending.send(++numbers, message);
  }

  private boolean silent() {
    long since = askedNs;
    return since != 0 && CLOCK.monotonicNs() - since > SILENT_NS;
  }

  /** One stream and what waits on it. */
  private final class Sending implements StreamObserver<byte[]> {
    private final Map<Long, Answer> waiting = new ConcurrentHashMap<>();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final ClientCallStreamObserver<byte[]> out;
    private final Outbox outbox;
    private long unsentBytes;
    private volatile boolean broken;

    Sending() {
      out =
          (ClientCallStreamObserver<byte[]>)
              ClientCalls.asyncBidiStreamingCall(
                  channel.newCall(Wire.STREAM, CallOptions.DEFAULT), this);
      outbox = new Outbox(out::onNext);
    }

    /**
     * What of it is too much, empty if nothing is. Messages whose callers have given up count until
     * the stream could send them: they are in its memory.
     */
    String full(int bytes) {
      if (waiting.size() >= WAITING_MAX) {
        return WAITING_MAX + " messages";
      }
      if (waiting.size() >= SILENT_WAITING_MAX && silent()) {
        return SILENT_WAITING_MAX + " messages, the first of them for more than a second,";
      }
      unsentBytes = out.isReady() ? bytes : unsentBytes + bytes;
      if (waitingBytes.get() + bytes > WAITING_BYTES_MAX || unsentBytes > WAITING_BYTES_MAX) {
        unsentBytes -= bytes;
        return (WAITING_BYTES_MAX >> 20) + " MiB of messages";
      }
      return "";
    }

    Answer send(long number, byte[] message) {
      Answer answer = new Answer(this, number, message.length);
      if (askedNs == 0) {
        askedNs = Math.max(1, CLOCK.monotonicNs());
      }
      waiting.put(number, answer);
      waitingBytes.addAndGet(message.length);
      if (waiting.size() == 1) {
        outbox.addNow(number, message); // nobody to travel with
      } else {
        outbox.add(number, message);
      }
      if (broken) {
        failAll(new LinkException("node at " + address + ": the stream broke", new EOFException()));
      }
      return answer;
    }

    private @Nullable Answer take(long number) {
      Answer answer = waiting.remove(number);
      if (answer != null) {
        waitingBytes.addAndGet(-answer.bytes);
      }
      return answer;
    }

    @Override
    public void onNext(byte[] frame) {
      askedNs = 0;
      Frame.read(
          frame,
          (number, message) -> {
            Answer answer = take(number);
            if (answer != null) {
              answer.complete(message);
            }
          });
    }

    @Override
    public void onError(Throwable cause) {
      broken = true;
      failAll(new LinkException("node at " + address + ": " + cause.getMessage(), cause));
    }

    @Override
    public void onCompleted() {
      broken = true;
      failAll(new LinkException("node at " + address + " closed the stream", new EOFException()));
    }

    private void failAll(LinkException why) {
      for (long number : waiting.keySet()) {
        Answer answer = take(number);
        if (answer != null) {
          answer.completeExceptionally(why);
        }
      }
    }
  }

  /** An answer that is waited for. */
  private static final class Answer extends CompletableFuture<byte[]> {
    private final Sending sending;
    private final long number;
    private final int bytes;

    Answer(Sending sending, long number, int bytes) {
      this.sending = sending;
      this.number = number;
      this.bytes = bytes;
    }

    @Override
    public boolean cancel(boolean interrupt) {
      var _ = sending.take(number);
      return super.cancel(interrupt);
    }
  }
}
