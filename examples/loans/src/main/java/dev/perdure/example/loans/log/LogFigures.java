package dev.perdure.example.loans.log;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Counts what the rows of a log say, row by row and without any rule of the service. */
public final class LogFigures {

  private static final Map<String, String> OUTCOMES =
      Map.of("A_APPROVED", "approved", "A_DECLINED", "declined", "A_CANCELLED", "cancelled");
  private static final Set<String> OFFER_ENDS = Set.of("O_ACCEPTED", "O_DECLINED", "O_CANCELLED");

  private final Map<String, Expected> cases = new HashMap<>();
  private final Map<String, Long> activities = new TreeMap<>();
  private final Map<String, Long> outcomes = new TreeMap<>();
  private long rows;
  private long amounts;
  private long begunOtherwise;
  private long twoOutcomes;
  private long unstarted;
  private long offersOpen;
  private long workOpen;

  /**
   * What a node must hold of a case.
   *
   * @param rows its events
   * @param offers how many were selected
   */
  public record Expected(int rows, int offers) {}

  /** Counts a case. */
  public void add(LogCase one) {
    Set<String> ends = new HashSet<>();
    Map<String, Integer> running = new HashMap<>();
    Map<String, Integer> open = new HashMap<>();
    int offers = 0;
    int offersEnded = 0;
    for (LogRow row : one.rows()) {
      activities.merge(key(row.activity(), row.lifecycle()), 1L, Long::sum);
      String outcome = OUTCOMES.get(row.activity());
      if (outcome != null) {
        ends.add(outcome);
      }
      offers += row.activity().equals("O_SELECTED") ? 1 : 0;
      offersEnded += OFFER_ENDS.contains(row.activity()) ? 1 : 0;
      if (row.kind() == 'W') {
        work(row, running, open);
      }
    }
    rows += one.rows().size();
    amounts += one.rows().getFirst().amount();
    begunOtherwise += one.rows().getFirst().activity().equals("A_SUBMITTED") ? 0 : 1;
    twoOutcomes += ends.size() > 1 ? 1 : 0;
    outcomes.merge(ends.isEmpty() ? "open" : ends.iterator().next(), 1L, Long::sum);
    offersOpen += offers - offersEnded;
    workOpen += open.values().stream().mapToInt(Integer::intValue).sum();
    cases.put(one.application(), new Expected(one.rows().size(), offers));
  }

  private void work(LogRow row, Map<String, Integer> running, Map<String, Integer> open) {
    String item = row.activity();
    switch (row.lifecycle()) {
      case "SCHEDULE" -> open.merge(item, 1, Integer::sum);
      case "START" -> running.merge(item, 1, Integer::sum);
      default -> {
        unstarted += running.merge(item, -1, Integer::sum) < 0 ? 1 : 0;
        open.computeIfPresent(item, (any, count) -> Math.max(0, count - 1));
      }
    }
  }

  private static String key(String activity, String lifecycle) {
    return activity.charAt(0) == 'W' ? activity + " " + lifecycle : activity;
  }

  /** What a node must hold, by case. */
  public Map<String, Expected> cases() {
    return cases;
  }

  public long rows() {
    return rows;
  }

  /** Events of an application or an offer, such as {@code O_SENT}. */
  public long count(String activity) {
    return activities.getOrDefault(activity, 0L);
  }

  /** Events of all work items, by {@code SCHEDULE}, {@code START} or {@code COMPLETE}. */
  public long work(String lifecycle) {
    return activities.entrySet().stream()
        .filter(one -> one.getKey().endsWith(" " + lifecycle))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Applications by {@code approved}, {@code declined}, {@code cancelled} and {@code open}. */
  public long outcome(String name) {
    return outcomes.getOrDefault(name, 0L);
  }

  /** Cases with more than one outcome. */
  public long twoOutcomes() {
    return twoOutcomes;
  }

  /** Cases whose first event is not the submission. */
  public long begunOtherwise() {
    return begunOtherwise;
  }

  /** What was asked for, over all cases. */
  public long amounts() {
    return amounts;
  }

  /** Completions with which a case had more of them than starts, for the same work item. */
  public long unstarted() {
    return unstarted;
  }

  /** Offers that were selected and neither accepted, declined nor cancelled. */
  public long offersOpen() {
    return offersOpen;
  }

  /** Schedulings of work that no completion came after, one for one. */
  public long workOpen() {
    return workOpen;
  }
}
