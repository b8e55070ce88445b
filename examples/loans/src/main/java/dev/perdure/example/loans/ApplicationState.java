package dev.perdure.example.loans;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An application as it stands.
 *
 * @param status the {@link Stage} it came to last; empty before the first event
 * @param outcome {@code approved}, {@code declined}, {@code cancelled}, or {@code open}
 * @param amount asked for, in whole euros
 * @param stages all that it came to, in their order
 * @param offers by number, from 1
 * @param work by item
 */
public record ApplicationState(
    String status,
    String outcome,
    long amount,
    List<String> stages,
    List<OfferState> offers,
    Map<String, WorkItem> work) {

  /** No outcome yet. */
  public static final String OPEN = "open";

  static final ApplicationState INITIAL =
      new ApplicationState("", OPEN, 0, List.of(), List.of(), Map.of());

  /**
   * An offer.
   *
   * @param status an {@link OfferStatus}
   * @param sent_back true if the applicant answered it
   */
  @SuppressWarnings("MemberName") // a component is named as its field is on the wire
  public record OfferState(String status, boolean sent_back) {

    OfferState move(OfferStatus to) {
      return new OfferState(to.text(), sent_back || to == OfferStatus.SENT_BACK);
    }
  }

  public ApplicationState {
    stages = List.copyOf(stages);
    offers = List.copyOf(offers);
    work = Collections.unmodifiableMap(new TreeMap<>(work));
  }

  boolean isSubmitted() {
    return !status.isEmpty();
  }

  /** What is known of a work item. */
  public WorkItem work(String item) {
    return work.getOrDefault(item, WorkItem.NONE);
  }

  ApplicationState submit(long asked) {
    return new ApplicationState(status, outcome, asked, stages, offers, work)
        .advance(Stage.SUBMITTED);
  }

  ApplicationState advance(Stage to) {
    List<String> more = new ArrayList<>(stages);
    more.add(to.text());
    boolean ends = to == Stage.APPROVED || to == Stage.DECLINED || to == Stage.CANCELLED;
    return new ApplicationState(to.text(), ends ? to.text() : outcome, amount, more, offers, work);
  }

  ApplicationState selectOffer() {
    List<OfferState> more = new ArrayList<>(offers);
    more.add(new OfferState(OfferStatus.SELECTED.text(), false));
    return new ApplicationState(status, outcome, amount, stages, more, work);
  }

  ApplicationState moveOffer(int number, OfferStatus to) {
    List<OfferState> moved = new ArrayList<>(offers);
    moved.set(number - 1, offers.get(number - 1).move(to));
    return new ApplicationState(status, outcome, amount, stages, moved, work);
  }

  ApplicationState withWork(String item, WorkItem now) {
    Map<String, WorkItem> more = new TreeMap<>(work);
    more.put(item, now);
    return new ApplicationState(status, outcome, amount, stages, offers, more);
  }
}
