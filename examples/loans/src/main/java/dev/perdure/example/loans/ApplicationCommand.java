package dev.perdure.example.loans;

/** What can be asked of an application. Components are named as the fields are on the wire. */
public sealed interface ApplicationCommand {

  /** The largest amount: what JSON's readers in other languages hold exactly. */
  long AMOUNT_MAX = (1L << 53) - 1;

  /** The longest name of a work item. */
  int ITEM_LENGTH_MAX = 100;

  /**
   * Begins it.
   *
   * @param amount asked for, in whole euros, 0 to {@link #AMOUNT_MAX}; 0 if none was named yet
   */
  record Submit(long amount) implements ApplicationCommand {
    public Submit {
      if (amount < 0 || amount > AMOUNT_MAX) {
        throw new IllegalArgumentException(
            "amount is " + amount + "; a whole number from 0 to " + AMOUNT_MAX + " is needed");
      }
    }
  }

  /**
   * Brings it to a stage.
   *
   * @param to the name of a {@link Stage}
   */
  record Advance(String to) implements ApplicationCommand {
    public Advance {
      if (to == null) {
        throw new IllegalArgumentException("to is missing; the name of a stage is needed");
      }
      Stage.of(to);
    }
  }

  /** Selects an offer to be made; its saga begins. */
  record SelectOffer() implements ApplicationCommand {}

  /**
   * An offer went on: its saga tells.
   *
   * @param offer its number within the application, from 1
   * @param to the name of an {@link OfferStatus}
   */
  record MoveOffer(int offer, String to) implements ApplicationCommand {
    public MoveOffer {
      if (to == null) {
        throw new IllegalArgumentException("to is missing; the status of an offer is needed");
      }
      OfferStatus.of(to);
    }
  }

  /** There is something to do; it goes to the queue of work. */
  record ScheduleWork(String item) implements ApplicationCommand {
    public ScheduleWork {
      checkItem(item);
    }
  }

  /** Somebody began, or went on, with a work item. */
  record StartWork(String item) implements ApplicationCommand {
    public StartWork {
      checkItem(item);
    }
  }

  /** Somebody did a work item, or put it down. */
  record CompleteWork(String item) implements ApplicationCommand {
    public CompleteWork {
      checkItem(item);
    }
  }

  private static void checkItem(String item) {
    if (item == null || item.isBlank() || item.length() > ITEM_LENGTH_MAX) {
      throw new IllegalArgumentException(
          "item is '%s'; a name of 1 to %d characters is needed".formatted(item, ITEM_LENGTH_MAX));
    }
  }
}
