package dev.perdure.client;

/**
 * An entity's answer to a command. A rejection is one, too: it is what the entity's own rules say,
 * it is recorded under the operation id, and repeating does not change it.
 */
public sealed interface Answer {

  /** The entity's version. */
  long version();

  /** True if it is the recorded answer to an earlier sending of the same operation. */
  boolean replayed();

  /**
   * The reply, for callers that expect no rejection.
   *
   * @throws RejectedException if it is a rejection
   */
  Done orThrow();

  /**
   * It took effect, and is on stable storage.
   *
   * @param json the entity's reply
   */
  record Done(long version, String json, boolean replayed) implements Answer {

    /** The reply as a record or another class that Jackson reads. */
    public <T> T as(Class<T> type) {
      return Json.as(json, type);
    }

    @Override
    public Done orThrow() {
      return this;
    }
  }

  /**
   * The entity's rules refused it; nothing changed.
   *
   * @param code the rejection's own
   * @param detail for people
   */
  record Rejected(long version, String code, String detail, boolean replayed) implements Answer {

    @Override
    public Done orThrow() {
      throw new RejectedException(this);
    }
  }
}
