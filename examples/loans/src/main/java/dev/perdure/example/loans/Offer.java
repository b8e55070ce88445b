package dev.perdure.example.loans;

import dev.perdure.api.Named;
import dev.perdure.api.Saga;
import dev.perdure.api.SagaContext;
import dev.perdure.example.loans.ApplicationCommand.MoveOffer;
import java.time.Duration;

/**
 * An offer from its selection to its end: it is created, sent to the applicant, and waits for the
 * answer. Each of these is a signal; the saga tells the application of it, once.
 */
@Named("offer")
public final class Offer implements Saga<Offer.Input, Offer.Result> {

  /** The offer was drawn up. */
  public static final String CREATED = "created";

  /** The offer went to the applicant. */
  public static final String SENT = "sent";

  /** What became of it then, an {@link Answer}. */
  public static final String ANSWER = "answer";

  private static final Duration DESK_MAX = Duration.ofDays(30);
  private static final Duration APPLICANT_MAX = Duration.ofDays(90);

  /**
   * What it is about.
   *
   * @param application its id
   * @param offer the number within the application
   */
  public record Input(String application, int offer) {}

  /** How it ended, an {@link OfferStatus}. */
  public record Result(String status) {}

  /** A signal that says nothing but that it happened. */
  public record Happened() {}

  /** {@code sent-back}, {@code accepted}, {@code declined} or {@code cancelled}. */
  public record Answer(String status) {}

  /** The id of an offer's saga. */
  public static String id(String application, int offer) {
    return application + "-" + offer;
  }

  // docs: run
  @Override
  public Result run(Input input, SagaContext saga) {
    if (!happens(CREATED, OfferStatus.CREATED, input, saga)
        || !happens(SENT, OfferStatus.SENT, input, saga)) {
      return end(OfferStatus.CANCELLED, input, saga);
    }
    OfferStatus answer = answer(1, saga);
    if (answer == OfferStatus.SENT_BACK) {
      tell(answer, input, saga);
      answer = answer(2, saga);
    }
    return end(answer, input, saga);
  }

  private static boolean happens(String signal, OfferStatus status, Input input, SagaContext saga) {
    boolean came = saga.signal(signal, Happened.class, DESK_MAX).isPresent();
    if (came) {
      tell(status, input, saga);
    }
    return came;
  }

  /** An applicant who does not answer has declined. */
  private static OfferStatus answer(int number, SagaContext saga) {
    return saga.signal(ANSWER, String.valueOf(number), Answer.class, APPLICANT_MAX)
        .map(answer -> OfferStatus.of(answer.status()))
        .orElse(OfferStatus.DECLINED);
  }

  private static Result end(OfferStatus status, Input input, SagaContext saga) {
    tell(status, input, saga);
    return new Result(status.text());
  }

  private static void tell(OfferStatus status, Input input, SagaContext saga) {
    MoveOffer move = new MoveOffer(input.offer(), status.text());
    saga.step("tell", status.text())
        .command("application", input.application(), move, Application.OfferReply.class);
  }
  // docs: end
}
