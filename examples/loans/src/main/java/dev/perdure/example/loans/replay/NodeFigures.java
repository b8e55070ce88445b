package dev.perdure.example.loans.replay;

import dev.perdure.example.loans.ApplicationState;
import dev.perdure.example.loans.ApplicationState.OfferState;
import dev.perdure.example.loans.OfferStatus;
import dev.perdure.example.loans.Stage;
import dev.perdure.example.loans.WorkItem;
import java.util.Map;
import java.util.TreeMap;

/** Adds up what a node holds of the applications. Thread-safe. */
public final class NodeFigures {

  private final Map<String, Long> counts = new TreeMap<>();

  /** Adds an application, with the number of its events. */
  synchronized void add(ApplicationState state, long events) {
    add("applications", 1);
    add("events", events);
    add("amounts", state.amount());
    add("outcome " + state.outcome(), 1);
    add(
        "two outcomes",
        state.stages().stream().map(Stage::of).filter(NodeFigures::isOutcome).count() > 1 ? 1 : 0);
    add(
        "begun by submission",
        !state.stages().isEmpty() && state.stages().getFirst().equals(Stage.SUBMITTED.text())
            ? 1
            : 0);
    state.stages().forEach(stage -> add("stage " + stage, 1));
    add("with offers", state.offers().isEmpty() ? 0 : 1);
    state.offers().forEach(this::add);
    state.work().forEach(this::add);
  }

  private static boolean isOutcome(Stage stage) {
    return switch (stage) {
      case APPROVED, DECLINED, CANCELLED -> true;
      case SUBMITTED, PARTLY_SUBMITTED, PREACCEPTED, ACCEPTED, FINALIZED, REGISTERED, ACTIVATED ->
          false;
    };
  }

  private void add(OfferState offer) {
    OfferStatus status = OfferStatus.of(offer.status());
    add("offers selected", 1);
    add("offers created", status == OfferStatus.SELECTED ? 0 : 1);
    add("offers sent", status == OfferStatus.SELECTED || status == OfferStatus.CREATED ? 0 : 1);
    add("offers sent-back", offer.sent_back() ? 1 : 0);
    add("offers open", status.ended() ? 0 : 1);
    if (status.ended()) {
      add("offers " + offer.status(), 1);
    }
  }

  private void add(String name, WorkItem item) {
    add("work scheduled", item.scheduled());
    add("work started", item.started());
    add("work completed", item.completed());
    add("work unstarted", item.unstarted());
    add("work open", item.open());
    add("started " + name, item.started());
    add("completed " + name, item.completed());
    add("scheduled " + name, item.scheduled());
    add("open " + name, item.open());
  }

  /** Counts a saga as it stands. */
  synchronized void saga(String standing) {
    add("saga " + standing, 1);
  }

  private void add(String name, long count) {
    counts.merge(name, count, Long::sum);
  }

  /** A figure; 0 if nothing was counted under the name. */
  public synchronized long get(String name) {
    return counts.getOrDefault(name, 0L);
  }

  /** All of them. */
  public synchronized Map<String, Long> all() {
    return new TreeMap<>(counts);
  }
}
