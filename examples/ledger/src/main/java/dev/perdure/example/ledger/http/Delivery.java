package dev.perdure.example.ledger.http;

import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Repeats requests under the same operation ids until each has an answer that will not change. One
 * object serves many callers.
 */
public final class Delivery {

  private final NodeClient client;
  private final Patience patience;
  private final Stop stop;
  private final Consumer<Delivered> observer;
  private final LongAdder repeats = new LongAdder();
  private final LongAdder connectionsLost = new LongAdder();
  private final LongAdder inFlight = new LongAdder();

  /** A delivery to one node that ends early when {@code stop} is requested. */
  public Delivery(NodeClient client, Patience patience, Stop stop) {
    this(client, patience, stop, delivered -> {});
  }

  /** As above, with an observer that is told of each final answer by the thread that got it. */
  public Delivery(NodeClient client, Patience patience, Stop stop, Consumer<Delivered> observer) {
    this.client = client;
    this.patience = patience;
    this.stop = stop;
    this.observer = observer;
  }

  /**
   * A final answer.
   *
   * @param attempts how often it was asked
   * @param askedNs when it was asked last, on the monotonic clock
   */
  public record Delivered(Answer answer, int attempts, long askedNs) {

    /** True if it had taken effect before this delivery began. */
    public boolean earlier() {
      return answer.replayed() && attempts == 1;
    }
  }

  /** A request without a side effect, or with one that an operation id protects. */
  @FunctionalInterface
  public interface Request {
    Answer send(NodeClient client) throws IOException;
  }

  /** Sends one request until its answer is final. */
  public Delivered one(Request request) throws GaveUpException {
    Attempts attempts = new Attempts();
    while (true) {
      attempts.begin();
      try {
        Answer answer = tracked(1, () -> request.send(client));
        if (!answer.retriable()) {
          Delivered delivered = attempts.delivered(answer);
          observer.accept(delivered);
          return delivered;
        }
        attempts.failed(answer);
      } catch (IOException e) {
        attempts.failed(e);
      }
    }
  }

  /** Runs commands in order, until the answer of each is final. */
  public List<Delivered> all(List<BatchLine> lines) throws GaveUpException {
    @Nullable Delivered[] results = new @Nullable Delivered[lines.size()];
    List<Integer> open = new ArrayList<>();
    for (int i = 0; i < results.length; i++) {
      open.add(i);
    }
    Attempts attempts = new Attempts();
    while (!open.isEmpty()) {
      attempts.begin();
      try {
        List<BatchLine> batch = open.stream().map(lines::get).toList();
        List<Answer> answers = tracked(batch.size(), () -> client.batch(batch));
        settle(answers, open, results, attempts);
      } catch (IOException e) {
        attempts.failed(e);
      }
    }
    List<Delivered> delivered = new ArrayList<>(results.length);
    for (Delivered result : results) {
      if (result != null) {
        delivered.add(result);
      }
    }
    return delivered;
  }

  /** Takes the final answers and leaves in {@code open} what must be sent again, in order. */
  private void settle(
      List<Answer> answers, List<Integer> open, @Nullable Delivered[] results, Attempts attempts)
      throws GaveUpException {
    List<Integer> again = new ArrayList<>();
    Answer refusal = null;
    for (int i = 0; i < answers.size(); i++) {
      Answer answer = answers.get(i);
      if (answer.retriable()) {
        again.add(open.get(i));
        refusal = refusal == null ? answer : refusal;
      } else {
        Delivered delivered = attempts.delivered(answer);
        observer.accept(delivered);
        results[open.get(i)] = delivered;
      }
    }
    if (again.size() < open.size()) {
      attempts.progressed();
    }
    open.clear();
    open.addAll(again);
    if (refusal != null) {
      attempts.failed(refusal);
    }
  }

  private interface Call<T> {
    T run() throws IOException;
  }

  private <T> T tracked(int commands, Call<T> call) throws IOException {
    inFlight.add(commands);
    try {
      return call.run();
    } finally {
      inFlight.add(-commands);
    }
  }

  /** Commands and reads whose answer is being waited for. */
  public long inFlight() {
    return inFlight.sum();
  }

  /** Requests that were sent again. */
  public long repeats() {
    return repeats.sum();
  }

  /** Requests whose connection broke: their outcome was unknown. */
  public long connectionsLost() {
    return connectionsLost.sum();
  }

  /** Counts attempts of one delivery and waits between them. */
  private final class Attempts {
    private int count;
    private int failuresInRow;
    private long askedNs;
    private long lastProgressNs = System.nanoTime();

    void begin() throws GaveUpException {
      if (stop.requested()) {
        throw new GaveUpException("stopped", true);
      }
      count++;
      if (count > 1) {
        repeats.increment();
      }
      askedNs = System.nanoTime();
    }

    Delivered delivered(Answer answer) {
      return new Delivered(answer, count, askedNs);
    }

    void progressed() {
      failuresInRow = 0;
      lastProgressNs = System.nanoTime();
    }

    void failed(Answer answer) throws GaveUpException {
      pause("it answered " + answer.status() + " " + answer.code() + ": " + answer.detail());
    }

    void failed(IOException problem) throws GaveUpException {
      connectionsLost.increment();
      String message = problem.getMessage();
      if (problem instanceof ConnectException) {
        pause("nobody listens there");
      } else {
        pause(message == null ? "the connection broke" : message);
      }
    }

    private void pause(String reason) throws GaveUpException {
      failuresInRow++;
      if (System.nanoTime() - lastProgressNs > patience.giveUpAfter().toNanos()) {
        throw new GaveUpException(
            "the node at %s gave no final answer within %d s: %s"
                .formatted(client.base(), patience.giveUpAfter().toSeconds(), reason),
            false);
      }
      if (stop.await(patience.pauseMs(failuresInRow, ThreadLocalRandom.current().nextDouble()))) {
        throw new GaveUpException("stopped", true);
      }
    }
  }
}
