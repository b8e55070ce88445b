package dev.perdure.runtime.shard;

import dev.perdure.journal.Journal;
import dev.perdure.runtime.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Answers that saw nothing in flight and wait until leadership is confirmed: those of one step are
 * asked for together. However long that takes, their deadlines hold. Loop thread.
 */
final class Confirmations {

  private final Journal journal;
  private final Consumer<Runnable> signals;
  private final Consumer<Request> giveBack;
  private final Set<Round> asked = new LinkedHashSet<>();
  private List<Answer> next = new ArrayList<>();

  /**
   * None yet.
   *
   * @param signals runs something on the loop's thread
   * @param giveBack takes what could not be confirmed, to be handled again
   */
  Confirmations(Journal journal, Consumer<Runnable> signals, Consumer<Request> giveBack) {
    this.journal = journal;
    this.signals = signals;
    this.giveBack = giveBack;
  }

  private record Answer(Request request, Outcome outcome) {}

  /** Answers that are confirmed together; each is its own. */
  private static final class Round {
    private final List<Answer> answers;

    Round(List<Answer> answers) {
      this.answers = answers;
    }
  }

  void add(Request request, Outcome outcome) {
    next.add(new Answer(request, outcome));
  }

  /** Asks for what was added. */
  void ask(long term) {
    if (next.isEmpty()) {
      return;
    }
    Round round = new Round(next);
    next = new ArrayList<>();
    asked.add(round);
    journal
        .confirmLeadership(term)
        .whenComplete((done, failure) -> signals.accept(() -> confirmed(round, failure == null)));
  }

  private void confirmed(Round round, boolean leads) {
    if (!asked.remove(round)) {
      return;
    }
    for (Answer answer : round.answers) {
      if (leads) {
        answer.request.finish(answer.outcome);
      } else {
        giveBack.accept(answer.request);
      }
    }
  }

  /** Shows every request that waits. */
  void forEach(Consumer<Request> action) {
    next.forEach(answer -> action.accept(answer.request));
    asked.forEach(round -> round.answers.forEach(answer -> action.accept(answer.request)));
  }

  /** The shard stops: each is told so, and nothing waits any more. */
  void end(Consumer<Request> told) {
    forEach(told);
    next.clear();
    asked.clear();
  }
}
