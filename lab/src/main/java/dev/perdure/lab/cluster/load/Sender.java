package dev.perdure.lab.cluster.load;

import dev.perdure.lab.cluster.http.Answer;
import dev.perdure.lab.cluster.http.Http;
import dev.perdure.lab.cluster.http.NodeAddress;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * One client's way to the nodes: stays with one while it answers, goes to another when it does not,
 * and comes back to none before the time that it gave. Used by one thread.
 */
final class Sender implements AutoCloseable {

  private static final int WANDERS_PERCENT = 5;
  private static final int PAUSE_MS_MIN = 20;
  private static final int PAUSE_MS_SPREAD = 40;
  private static final Duration MARGIN = Duration.ofMillis(300);

  private final List<NodeAddress> nodes;
  private final History history;
  private final Duration attempt;
  private final SplittableRandom random;
  private final Http http = new Http();
  private final long[] notBeforeNs;
  private int at;

  Sender(List<NodeAddress> nodes, History history, Duration attempt, SplittableRandom random) {
    this.nodes = nodes;
    this.history = history;
    this.attempt = attempt;
    this.random = random;
    this.notBeforeNs = new long[nodes.size()];
    this.at = random.nextInt(nodes.size());
  }

  /**
   * Repeats an operation until it is answered for good.
   *
   * @param untilNs when to give up, as the history counts; one attempt is made in any case
   * @return true if the answer is final
   */
  boolean deliver(Delivery delivery, long untilNs, Stop stop) {
    if (random.nextInt(100) < WANDERS_PERCENT) {
      at = random.nextInt(nodes.size());
    }
    while (true) {
      Result result = attempt(delivery);
      if (result.isFinal()) {
        return true;
      }
      elsewhere();
      long pauseMs =
          Math.max(
              PAUSE_MS_MIN + random.nextInt(PAUSE_MS_SPREAD),
              (notBeforeNs[at] - history.now()) / 1_000_000);
      if (history.now() + pauseMs * 1_000_000 > untilNs || stop.await(pauseMs)) {
        return false;
      }
    }
  }

  private Result attempt(Delivery delivery) {
    Operation operation = delivery.operation();
    long calledNs = history.now();
    history.called(delivery.client(), operation, nodes.get(at).name(), calledNs);
    Result result;
    try {
      Answer answer = send(operation, nodes.get(at).api());
      notBeforeNs[at] = history.now() + answer.retryAfterMs() * 1_000_000;
      result = Result.of(operation, answer);
    } catch (ConnectException | HttpConnectTimeoutException e) {
      result = Result.notExecuted("no connection");
    } catch (IOException e) {
      result = Result.unknown("no answer");
    }
    long returnedNs = history.now();
    history.answered(delivery.client(), operation, result, returnedNs);
    delivery.attempted(calledNs, returnedNs, result);
    return result;
  }

  private Answer send(Operation operation, URI api) throws IOException {
    URI account = api.resolve("/v1/entities/account/" + operation.account());
    if (operation.read()) {
      return http.get(account, attempt);
    }
    String command = operation.kind().name().toLowerCase(Locale.ROOT);
    return http.post(
        URI.create(account + "/" + command),
        Map.of(
            "Idempotency-Key",
            operation.id(),
            "Perdure-Timeout",
            attempt.minus(MARGIN).toMillis() + "ms"),
        "{\"amount\":" + operation.amount() + "}",
        attempt);
  }

  /** Another node, at random among those that may be asked; else the one that may be soonest. */
  private void elsewhere() {
    long now = history.now();
    int best = at;
    for (int step = 1, from = random.nextInt(nodes.size()); step <= nodes.size(); step++) {
      int other = (from + step) % nodes.size();
      if (other == at) {
        continue;
      }
      if (notBeforeNs[other] <= now) {
        at = other;
        return;
      }
      if (notBeforeNs[other] < notBeforeNs[best]) {
        best = other;
      }
    }
    at = best;
  }

  @Override
  public void close() {
    http.close();
  }
}
