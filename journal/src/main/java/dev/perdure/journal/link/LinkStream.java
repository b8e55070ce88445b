package dev.perdure.journal.link;

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
 * anew by the next message. Whoever gives up waiting cancels its answer, which is forgotten then.
 * Thread-safe.
 */
final class LinkStream {

  /** Bounds of what may wait for answers; callers are refused beyond them. */
  private static final int WAITING_MAX = 16_384;

  private static final long WAITING_BYTES_MAX = 64L << 20;

  private final String address;
  private final Channel channel;
  private @Nullable Sending current;
  private long numbers;

  LinkStream(String address, Channel channel) {
    this.address = address;
    this.channel = channel;
  }

  synchronized CompletableFuture<byte[]> send(byte[] message) {
    Sending sending = current;
    if (sending == null || sending.broken) {
      sending = new Sending();
      sending.out =
          (ClientCallStreamObserver<byte[]>)
              ClientCalls.asyncBidiStreamingCall(
                  channel.newCall(Wire.STREAM, CallOptions.DEFAULT), sending);
      current = sending;
    }
    String full = sending.full(message.length);
    if (!full.isEmpty()) {
      return CompletableFuture.failedFuture(
          new LinkException(full + " wait for node at " + address));
    }
    long number = ++numbers;
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    Sending used = sending;
    used.await(number, answer, message.length);
    ClientCallStreamObserver<byte[]> out = used.out;
    if (out != null) {
      out.onNext(Numbered.of(number, message));
    }
    if (used.broken) {
      used.failAll(
          new LinkException("node at " + address + ": the stream broke", new EOFException()));
    }
    return answer;
  }

  /** One stream and what waits on it. */
  private final class Sending implements StreamObserver<byte[]> {
    private final Map<Long, CompletableFuture<byte[]>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong waitingBytes = new AtomicLong();
    private @Nullable ClientCallStreamObserver<byte[]> out;
    private long unsentBytes;
    private volatile boolean broken;

    /**
     * What of it is too much, empty if nothing is. Messages whose callers have given up count until
     * the stream could send them: they are in its memory.
     */
    String full(int bytes) {
      if (waiting.size() >= WAITING_MAX) {
        return WAITING_MAX + " messages";
      }
      unsentBytes = out != null && out.isReady() ? bytes : unsentBytes + bytes;
      if (waitingBytes.get() + bytes > WAITING_BYTES_MAX || unsentBytes > WAITING_BYTES_MAX) {
        unsentBytes -= bytes;
        return (WAITING_BYTES_MAX >> 20) + " MiB of messages";
      }
      return "";
    }

    /** However the answer ends, also by its caller, it waits no longer. */
    void await(long number, CompletableFuture<byte[]> answer, int bytes) {
      waiting.put(number, answer);
      waitingBytes.addAndGet(bytes);
      var _ =
          answer.whenComplete(
              (done, failure) -> {
                waiting.remove(number);
                waitingBytes.addAndGet(-bytes);
              });
    }

    @Override
    public void onNext(byte[] numbered) {
      CompletableFuture<byte[]> answer = waiting.get(Numbered.number(numbered));
      if (answer != null) {
        answer.complete(Numbered.message(numbered));
      }
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
      waiting.values().forEach(answer -> answer.completeExceptionally(why));
    }
  }
}
