package dev.perdure.journal.link;

import java.io.EOFException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.thirdparty.io.grpc.CallOptions;
import org.apache.ratis.thirdparty.io.grpc.Channel;
import org.apache.ratis.thirdparty.io.grpc.stub.ClientCalls;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/**
 * Messages to one node in order, answers in any. A broken stream fails what waits and is opened
 * anew by the next message. Thread-safe.
 */
final class LinkStream {

  /** Bound of what may wait for answers; callers are refused beyond it. */
  private static final int WAITING_MAX = 16_384;

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
          ClientCalls.asyncBidiStreamingCall(
              channel.newCall(Wire.STREAM, CallOptions.DEFAULT), sending);
      current = sending;
    }
    if (sending.waiting.size() >= WAITING_MAX) {
      return CompletableFuture.failedFuture(
          new LinkException(WAITING_MAX + " messages wait for node at " + address));
    }
    long number = ++numbers;
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    Sending used = sending;
    used.waiting.put(number, answer);
    StreamObserver<byte[]> out = used.out;
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
    private @Nullable StreamObserver<byte[]> out;
    private volatile boolean broken;

    @Override
    public void onNext(byte[] numbered) {
      CompletableFuture<byte[]> answer = waiting.remove(Numbered.number(numbered));
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
      waiting
          .keySet()
          .forEach(
              number -> {
                CompletableFuture<byte[]> answer = waiting.remove(number);
                if (answer != null) {
                  answer.completeExceptionally(why);
                }
              });
    }
  }
}
