package dev.perdure.journal.link;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Messages on their way out. Sending is put off to a thread behind those that are ready to run now,
 * so that what many callers send at a time leaves as one frame. Thread-safe; the frames come one
 * after the other, with the messages in the order in which they were added.
 */
final class Outbox {

  private static final int FRAME_BYTES = 256 * 1024;

  private final Queue<Frame.Numbered> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final Consumer<byte[]> out;

  /** Sends frames with {@code out}, which must not throw. */
  Outbox(Consumer<byte[]> out) {
    this.out = out;
  }

  /** Adds a message, and has it sent soon. */
  void add(long number, byte[] message) {
    waiting.add(new Frame.Numbered(number, message));
    if (scheduled.compareAndSet(false, true)) {
      var _ = Thread.startVirtualThread(this::flush);
    }
  }

  /** Adds a message and sends it and all before it at once. */
  void addNow(long number, byte[] message) {
    waiting.add(new Frame.Numbered(number, message));
    flush();
  }

  private synchronized void flush() {
    scheduled.set(false); // what is added from here on is taken below, or schedules the next
    List<Frame.Numbered> frame = new ArrayList<>();
    long bytes = 0;
    for (Frame.Numbered next = waiting.poll(); next != null; next = waiting.poll()) {
      if (!frame.isEmpty() && bytes + next.bytes() > FRAME_BYTES) {
        out.accept(Frame.of(frame));
        frame.clear();
        bytes = 0;
      }
      frame.add(next);
      bytes += next.bytes();
    }
    if (!frame.isEmpty()) {
      out.accept(Frame.of(frame));
    }
  }
}
