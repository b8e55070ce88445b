package dev.perdure.server.ingress;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import dev.perdure.runtime.Outcome;
import dev.perdure.server.admission.Refusal;
import dev.perdure.server.http.Exchange;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/entities:batch}: commands in, answers out, one line each, both as streams.
 *
 * <p>The request's thread reads lines and hands commands over, a second one waits for the answers
 * in order and writes them. Between them is a queue of bounded length: when it is full nothing more
 * is read, so that a batch of any length takes the memory of a few lines.
 */
final class BatchHandler {

  private static final Header NDJSON =
      HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/x-ndjson");

  /** Beside the body a line has names, ids and a timeout. */
  private static final int ENVELOPE_BYTES_MAX = 4 << 10;

  private final EntityDoor door;
  private final Admitted.Admission admission;
  private final int inFlightMax;
  private final boolean operationIdRequired;

  BatchHandler(EntityDoor door, Admitted.Admission admission, Api.Settings settings) {
    this.door = door;
    this.admission = admission;
    this.inFlightMax = settings.batchInFlightMax();
    this.operationIdRequired = settings.operationIdRequired();
  }

  void handle(Admitted admitted) throws IOException, InterruptedException {
    Exchange exchange = admitted.request().exchange();
    String contentType = exchange.header(HeaderNames.CONTENT_TYPE);
    if (contentType == null || !MediaType.isNdjson(contentType)) {
      throw new ProblemException(
          ProblemCode.UNSUPPORTED_MEDIA_TYPE, "a batch must come as application/x-ndjson");
    }
    Batch batch = new Batch(door);
    BlockingQueue<Batch.Line> underWay = new ArrayBlockingQueue<>(inFlightMax);
    Answers answers = new Answers(exchange, batch, underWay);
    Thread writer = Thread.ofVirtual().name("perdure-batch-writer").start(answers);
    try {
      read(admitted, batch, answers);
    } finally {
      answers.end(writer);
    }
    answers.close();
  }

  private void read(Admitted admitted, Batch batch, Answers answers)
      throws IOException, InterruptedException {
    Exchange exchange = admitted.request().exchange();
    int lineBytesMax = exchange.bodyBytesMax() + ENVELOPE_BYTES_MAX;
    NdjsonReader lines = new NdjsonReader(exchange.bodyStream(), exchange::progress, lineBytesMax);
    NdjsonReader.@Nullable Line line = lines.next();
    while (line != null && answers.add(take(admitted, batch, line))) {
      line = lines.next();
    }
  }

  /** A line that cannot be read or does not fit fails alone. */
  private Batch.Line take(Admitted admitted, Batch batch, NdjsonReader.Line line) {
    try {
      if (line.tooLong()) {
        int max = admitted.request().exchange().bodyBytesMax();
        throw new ProblemException(
            ProblemCode.BODY_TOO_LARGE,
            "the line is longer than a body of " + max + " bytes needs");
      }
      BatchLine read = BatchLine.of(line.bytes());
      String operationId = read.call().operationId();
      if (operationId == null && operationIdRequired) {
        throw new ProblemException(
            ProblemCode.OPERATION_ID_REQUIRED, "the line came without a key");
      }
      Refusal refusal = admitted.pass().line();
      if (refusal != null) {
        return Batch.Line.failed(
            Outcome.Failed.retry(refusal.code(), refusal.detail(), refusal.retryAfterMs()));
      }
      long deadlineNs = admission.deadlineNs(read.timeout(), "field 'timeout'");
      Admitted until = admitted.until(deadlineNs);
      return batch.take(door.prepare(until, read.call()), operationId);
    } catch (ProblemException e) {
      return Batch.Line.failed(Outcome.Failed.of(e.code(), e.detail()));
    }
  }

  /** Writes answers in the order of their lines, on a thread of its own. */
  private static final class Answers implements Runnable {
    private static final Batch.Line END =
        Batch.Line.failed(Outcome.Failed.of(ProblemCode.INTERNAL, "the end"));
    private static final int BUFFER_BYTES = 16 << 10;

    private final Exchange exchange;
    private final Batch batch;
    private final BlockingQueue<Batch.Line> underWay;
    private final java.io.ByteArrayOutputStream buffer =
        new java.io.ByteArrayOutputStream(BUFFER_BYTES + 1_024);
    private @Nullable OutputStream out;
    private volatile @Nullable Throwable failure;

    Answers(Exchange exchange, Batch batch, BlockingQueue<Batch.Line> underWay) {
      this.exchange = exchange;
      this.batch = batch;
      this.underWay = underWay;
    }

    /** Queues a line; false if nobody reads the answers any more. */
    boolean add(Batch.Line line) throws InterruptedException {
      underWay.put(line);
      return failure == null;
    }

    void end(Thread writer) throws InterruptedException {
      underWay.put(END);
      writer.join();
    }

    /** Ends the response; on the request's thread. */
    void close() throws IOException {
      Throwable failed = failure;
      if (failed != null) {
        throw new io.helidon.webserver.CloseConnectionException(
            "the answers cannot be written", failed);
      }
      OutputStream open = out;
      if (open == null) {
        exchange.send(200, NDJSON, new byte[0]);
      } else {
        open.close();
      }
    }

    @Override
    public void run() {
      try {
        Batch.Line line = underWay.take();
        while (line != END) {
          write(line);
          if (underWay.isEmpty() || buffer.size() >= BUFFER_BYTES) {
            flush();
          }
          line = underWay.take();
        }
        flush();
      } catch (InterruptedException e) {
        failure = e;
      } catch (IOException | RuntimeException e) {
        failure = e;
        skipToEnd();
      }
    }

    private void write(Batch.Line line) {
      Outcome outcome = batch.answer(line);
      if (failure == null) {
        Documents.line(buffer, outcome, line.operationId(), exchange.trace().id());
      }
    }

    private void flush() throws IOException {
      if (buffer.size() == 0 || failure != null) {
        return;
      }
      if (out == null) {
        out = exchange.stream(200, NDJSON);
      }
      buffer.writeTo(out);
      out.flush();
      buffer.reset();
    }

    /** The reader must not wait for room in the queue for ever. */
    private void skipToEnd() {
      try {
        while (underWay.take() != END) {
          // Its command was handed over; nobody is there to be told.
        }
      } catch (InterruptedException e) {
        throw new UncheckedIOException(new IOException(e));
      }
    }
  }
}
