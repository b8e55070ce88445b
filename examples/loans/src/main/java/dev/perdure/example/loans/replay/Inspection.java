package dev.perdure.example.loans.replay;

import dev.perdure.client.PerdureClient;
import dev.perdure.client.SagaStatus;
import dev.perdure.client.State;
import dev.perdure.example.loans.ApplicationState;
import dev.perdure.example.loans.Offer;
import dev.perdure.example.loans.OfferStatus;
import dev.perdure.example.loans.log.LogFigures;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Reads every application and the saga of every offer. What sagas still have to tell is waited for;
 * who is then short of events stays so, and is found by the checks.
 */
final class Inspection {

  private static final int READS_MAX = 32;

  private final PerdureClient client;
  private final Duration settleMax;
  private final NodeFigures figures = new NodeFigures();
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

  /**
   * An inspection.
   *
   * @param settleMax how long an application may be short of events
   */
  Inspection(PerdureClient client, Duration settleMax) {
    this.client = client;
    this.settleMax = settleMax;
  }

  /** What a node holds of the cases of a log. */
  NodeFigures of(LogFigures log) {
    Semaphore free = new Semaphore(READS_MAX);
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Map.Entry<String, LogFigures.Expected> one : log.cases().entrySet()) {
        if (failure.get() != null) {
          break;
        }
        free.acquireUninterruptibly();
        executor.execute(
            () -> {
              try {
                read(one.getKey(), one.getValue());
              } catch (RuntimeException e) {
                failure.compareAndSet(null, e);
              } finally {
                free.release();
              }
            });
      }
    }
    RuntimeException problem = failure.get();
    if (problem != null) {
      throw problem;
    }
    return figures;
  }

  private void read(String application, LogFigures.Expected expected) {
    Waiting waiting = new Waiting(settleMax);
    Optional<State> read = client.get(Play.TYPE, application);
    while (read.map(State::version).orElse(0L) < expected.rows() && waiting.again()) {
      read = client.get(Play.TYPE, application);
    }
    if (read.isEmpty()) {
      return;
    }
    ApplicationState state = read.get().as(ApplicationState.class);
    figures.add(state, read.get().version());
    for (int offer = 1; offer <= state.offers().size(); offer++) {
      OfferStatus status = OfferStatus.of(state.offers().get(offer - 1).status());
      figures.saga(standing(Offer.id(application, offer), status));
    }
  }

  /** Whether a saga stands as its application says; the last step may still be on its way. */
  private String standing(String id, OfferStatus status) {
    Waiting waiting = new Waiting(settleMax);
    String wanted = status.ended() ? "completed" : "running";
    Optional<SagaStatus> saga = client.saga("offer", id);
    while (!saga.map(SagaStatus::status).orElse("").equals(wanted) && waiting.again()) {
      saga = client.saga("offer", id);
    }
    String found = saga.map(SagaStatus::status).orElse("missing");
    if (found.equals("completed")) {
      Ended ended = saga.orElseThrow().as(Ended.class);
      return ended.result() != null && ended.result().status().equals(status.text())
          ? found
          : "otherwise";
    }
    return found;
  }

  /** What is wanted of a saga's document. */
  private record Ended(Offer.@Nullable Result result) {}
}
