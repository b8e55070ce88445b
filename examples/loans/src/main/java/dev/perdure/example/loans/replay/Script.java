package dev.perdure.example.loans.replay;

import dev.perdure.example.loans.ApplicationCommand.Advance;
import dev.perdure.example.loans.ApplicationCommand.CompleteWork;
import dev.perdure.example.loans.ApplicationCommand.ScheduleWork;
import dev.perdure.example.loans.ApplicationCommand.SelectOffer;
import dev.perdure.example.loans.ApplicationCommand.StartWork;
import dev.perdure.example.loans.ApplicationCommand.Submit;
import dev.perdure.example.loans.OfferStatus;
import dev.perdure.example.loans.Stage;
import dev.perdure.example.loans.log.LogCase;
import dev.perdure.example.loans.log.LogRow;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Turns the rows of a case into actions. The log does not say which offer a row is about: an offer
 * is created and sent right after it was selected, so that these mean the newest; everything else
 * means the oldest that is open, because a bank selects the next one just before it cancels the one
 * before.
 */
final class Script {

  private final List<Action> actions = new ArrayList<>();
  private final TreeSet<Integer> openOffers = new TreeSet<>();
  private int offers;

  private Script() {}

  /**
   * One action for each row.
   *
   * @throws ReplayException if the service has nothing for a row
   */
  static List<Action> of(LogCase one) {
    Script script = new Script();
    for (LogRow row : one.rows()) {
      script.add(row);
    }
    return script.actions;
  }

  private void add(LogRow row) {
    String id = row.application() + "-" + (actions.size() + 1);
    try {
      actions.add(
          switch (row.kind()) {
            case 'A' -> application(id, row);
            case 'O' -> offer(id, row);
            default -> work(id, row);
          });
    } catch (IllegalArgumentException e) {
      throw new ReplayException(
          "line %d, %s: %s".formatted(row.line(), row.activity(), e.getMessage()));
    }
  }

  private static Action application(String id, LogRow row) {
    if (row.name().equals("SUBMITTED")) {
      return new Action.Order(id, "submit", new Submit(row.amount()));
    }
    String name = row.name().equals("PARTLYSUBMITTED") ? "PARTLY_SUBMITTED" : row.name();
    return new Action.Order(id, "advance", new Advance(Stage.valueOf(name).text()));
  }

  private Action offer(String id, LogRow row) {
    OfferStatus status = OfferStatus.valueOf(row.name());
    if (status == OfferStatus.SELECTED) {
      openOffers.add(++offers);
      return new Action.Order(id, "select-offer", new SelectOffer());
    }
    if (openOffers.isEmpty()) {
      throw new IllegalArgumentException("no offer is open");
    }
    boolean newest = status == OfferStatus.CREATED || status == OfferStatus.SENT;
    int offer = newest ? openOffers.last() : openOffers.first();
    if (status.ended()) {
      openOffers.remove(offer);
    }
    return new Action.Tell(id, offer, status);
  }

  private static Action work(String id, LogRow row) {
    return switch (row.lifecycle()) {
      case "SCHEDULE" -> new Action.Order(id, "schedule-work", new ScheduleWork(row.name()));
      case "START" -> new Action.Order(id, "start-work", new StartWork(row.name()));
      default -> new Action.Order(id, "complete-work", new CompleteWork(row.name()));
    };
  }
}
