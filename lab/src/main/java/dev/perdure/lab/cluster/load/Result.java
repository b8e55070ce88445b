package dev.perdure.lab.cluster.load;

import dev.perdure.lab.cluster.http.Answer;

/**
 * What a client knows of an operation.
 *
 * @param version of the account; -1 if it is not known
 * @param balance in the reply or the state
 * @param code of the rejection or the problem; empty if it was done
 * @param replayed true if the answer was a recorded one
 */
public record Result(Status status, long version, long balance, String code, boolean replayed) {

  /** Kinds of results. */
  public enum Status {
    /** Done, or read. */
    DONE,
    /** Refused by the account's own rules; recorded like an effect. */
    REJECTED,
    /** Certainly not executed; may be tried again. */
    NOT_EXECUTED,
    /** Perhaps executed. */
    UNKNOWN,
    /** An answer that the contract does not give to such a request. */
    UNEXPECTED
  }

  private static final String MISSING = "not-found";

  /** Nothing is known. */
  public static Result unknown(String why) {
    return new Result(Status.UNKNOWN, -1, 0, why, false);
  }

  /** It never left, or was turned away. */
  public static Result notExecuted(String why) {
    return new Result(Status.NOT_EXECUTED, -1, 0, why, false);
  }

  /** What an answer says, by the contract. */
  public static Result of(Operation operation, Answer answer) {
    String code = answer.code();
    Status status =
        switch (answer.status()) {
          case 200 -> Status.DONE;
          case 404 -> operation.read() && code.equals(MISSING) ? Status.DONE : Status.UNEXPECTED;
          case 409 -> operation.read() ? Status.UNEXPECTED : Status.REJECTED;
          case 429, 503 -> Status.NOT_EXECUTED;
          case 504 ->
              switch (code) {
                case "deadline-exceeded" -> Status.NOT_EXECUTED;
                case "outcome-unknown" -> Status.UNKNOWN;
                default -> Status.UNEXPECTED;
              };
          default -> Status.UNEXPECTED;
        };
    boolean absent = answer.status() == 404;
    return new Result(
        status,
        absent ? 0 : answer.version(),
        answer.number("balance"),
        status == Status.UNEXPECTED ? answer.status() + " " + code : code,
        answer.replayed());
  }

  /** True if repeating would give nothing new. */
  public boolean isFinal() {
    return switch (status) {
      case DONE, REJECTED, UNEXPECTED -> true;
      case NOT_EXECUTED, UNKNOWN -> false;
    };
  }
}
