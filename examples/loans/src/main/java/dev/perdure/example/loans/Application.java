package dev.perdure.example.loans;

import dev.perdure.api.Decision;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;
import dev.perdure.example.loans.ApplicationCommand.Advance;
import dev.perdure.example.loans.ApplicationCommand.CompleteWork;
import dev.perdure.example.loans.ApplicationCommand.MoveOffer;
import dev.perdure.example.loans.ApplicationCommand.ScheduleWork;
import dev.perdure.example.loans.ApplicationCommand.SelectOffer;
import dev.perdure.example.loans.ApplicationCommand.StartWork;
import dev.perdure.example.loans.ApplicationCommand.Submit;
import dev.perdure.example.loans.ApplicationEvent.Advanced;
import dev.perdure.example.loans.ApplicationEvent.OfferMoved;
import dev.perdure.example.loans.ApplicationEvent.OfferSelected;
import dev.perdure.example.loans.ApplicationEvent.Submitted;
import dev.perdure.example.loans.ApplicationEvent.WorkCompleted;
import dev.perdure.example.loans.ApplicationEvent.WorkScheduled;
import dev.perdure.example.loans.ApplicationEvent.WorkStarted;

/** The rules of a loan application. Offers and work go on after its outcome: desks clear up. */
@Named("application")
public final class Application
    implements Entity<ApplicationState, ApplicationCommand, ApplicationEvent> {

  /** Offers of one application. */
  public static final int OFFERS_MAX = 100;

  /** Kinds of work on one application. */
  public static final int ITEMS_MAX = 50;

  /** Where the application stands. */
  public record Reply(String status) {}

  /** The number of an offer. */
  public record OfferReply(int offer) {}

  /** Which scheduling of a work item it is. */
  public record WorkReply(String item, int number) {}

  @Override
  public ApplicationState initial() {
    return ApplicationState.INITIAL;
  }

  @Override
  public Decision<ApplicationEvent> decide(
      ApplicationState state, ApplicationCommand command, Operation operation) {
    if (command instanceof Submit submit) {
      return state.isSubmitted()
          ? Decision.reject("already-submitted", "The application is " + state.status() + ".")
          : Decision.accept(new Submitted(submit.amount()), new Reply(Stage.SUBMITTED.text()));
    }
    if (!state.isSubmitted()) {
      return Decision.reject("not-submitted", "There is no application yet; submit it first.");
    }
    return switch (command) {
      case Submit ignored -> throw new IllegalStateException("decided above");
      case Advance advance -> advance(state, Stage.of(advance.to()));
      case SelectOffer ignored -> selectOffer(state);
      case MoveOffer move -> moveOffer(state, move);
      case ScheduleWork work -> scheduleWork(state, work.item());
      case StartWork work -> started(state, work.item());
      case CompleteWork work -> completed(state, work.item());
    };
  }

  private static Decision<ApplicationEvent> advance(ApplicationState state, Stage to) {
    Stage before = Stage.of(state.status());
    if (to.mayFollow(before) && !state.stages().contains(to.text())) {
      return Decision.accept(new Advanced(to.text()), new Reply(to.text()));
    }
    return before.settles() && to.settles()
        ? Decision.reject(
            "already-decided",
            "The application is %s and cannot be %s as well.".formatted(before.text(), to.text()))
        : Decision.reject(
            "not-in-order",
            "The application is %s; %s does not come after that."
                .formatted(before.text(), to.text()));
  }

  private static Decision<ApplicationEvent> selectOffer(ApplicationState state) {
    Stage stage = Stage.of(state.status());
    if (stage != Stage.ACCEPTED && stage != Stage.FINALIZED) {
      return Decision.reject(
          "not-in-order",
          "The application is %s; offers are made while it is accepted or finalized."
              .formatted(stage.text()));
    }
    if (state.offers().size() >= OFFERS_MAX) {
      return Decision.reject(
          "too-many-offers", "The application has " + OFFERS_MAX + " offers, which is the limit.");
    }
    int number = state.offers().size() + 1;
    return Decision.accept(new OfferSelected(number), new OfferReply(number));
  }

  private static Decision<ApplicationEvent> moveOffer(ApplicationState state, MoveOffer move) {
    if (move.offer() < 1 || move.offer() > state.offers().size()) {
      return Decision.reject(
          "no-such-offer",
          "The application has %d offers, and none with the number %d."
              .formatted(state.offers().size(), move.offer()));
    }
    OfferStatus before = OfferStatus.of(state.offers().get(move.offer() - 1).status());
    OfferStatus to = OfferStatus.of(move.to());
    return to.mayFollow(before)
        ? Decision.accept(new OfferMoved(move.offer(), to.text()), new OfferReply(move.offer()))
        : Decision.reject(
            "not-in-order",
            "Offer %d is %s; %s does not come after that."
                .formatted(move.offer(), before.text(), to.text()));
  }

  private static Decision<ApplicationEvent> scheduleWork(ApplicationState state, String item) {
    int number = state.work(item).scheduled() + 1;
    return known(
        state, item, Decision.accept(new WorkScheduled(item, number), new WorkReply(item, number)));
  }

  private static Decision<ApplicationEvent> started(ApplicationState state, String item) {
    return known(state, item, Decision.accept(new WorkStarted(item), new Reply(state.status())));
  }

  /** Accepted without a start, too: the work was done, whether somebody said so before or not. */
  private static Decision<ApplicationEvent> completed(ApplicationState state, String item) {
    return known(state, item, Decision.accept(new WorkCompleted(item), new Reply(state.status())));
  }

  private static Decision<ApplicationEvent> known(
      ApplicationState state, String item, Decision<ApplicationEvent> decision) {
    return state.work().size() < ITEMS_MAX || state.work().containsKey(item)
        ? decision
        : Decision.reject(
            "too-many-items",
            "There are %d kinds of work on the application, which is the limit; '%s' is another."
                .formatted(ITEMS_MAX, item));
  }

  @Override
  public ApplicationState evolve(ApplicationState state, ApplicationEvent event) {
    return switch (event) {
      case Submitted submitted -> state.submit(submitted.amount());
      case Advanced advanced -> state.advance(Stage.of(advanced.to()));
      case OfferSelected ignored -> state.selectOffer();
      case OfferMoved moved -> state.moveOffer(moved.offer(), OfferStatus.of(moved.to()));
      case WorkScheduled work -> state.withWork(work.item(), state.work(work.item()).schedule());
      case WorkStarted work -> state.withWork(work.item(), state.work(work.item()).start());
      case WorkCompleted work -> state.withWork(work.item(), state.work(work.item()).complete());
    };
  }
}
