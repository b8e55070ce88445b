package dev.perdure.runtime.shard;

import dev.perdure.journal.Journal;
import dev.perdure.kernel.Clock;
import dev.perdure.kernel.ProblemCode;
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

  private static final Outcome NO_QUORUM =
      Outcome.Failed.retry(
          ProblemCode.NO_LEADER, "no quorum confirms that this node leads the shard", 1000);

  private final Journal journal;
  private final Consumer<Runnable> signals;
  private final Consumer<Request> giveBack;
  private final Clock clock;
  private final Set<Round> asked = new LinkedHashSet<>();
  private List<Answer> next = new ArrayList<>();

  /**
   * None yet.
   *
   * @param signals runs something on the loop's thread
   * @param giveBack takes what could not be confirmed, to be handled again
   */
  Confirmations(
      Journal journal, Consumer<Runnable> signals, Consumer<Request> giveBack, ShardParts parts) {
    this.clock = parts.clock();
    this.journal = journal;
    this.signals = signals;
    this.giveBack = giveBack;
  }

  private record Answer(Request request, Outcome outcome) {}

  /** Answers that are confirmed together; each is its own. */
  private static final class Round {
    private final List<Answer> answers;
    private final long askedNs;

    Round(List<Answer> answers, long askedNs) {
      this.answers = answers;
      this.askedNs = askedNs;
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
    Round round = new Round(next, clock.monotonicNs());
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

  /**
   * Ends waits whose deadline has passed, and those of reads for which no quorum was heard for as
   * long as callers wait for a leader. What a command found stays true: it waits.
   */
  void sweep(long nowNs) {
    forEach(request -> request.expire(nowNs));
    for (Round round : asked) {
      if (nowNs - round.askedNs > Shard.NO_LEADER_AFTER_NS) {
        for (Answer answer : round.answers) {
          if (answer.request instanceof StateRequest
              || answer.request instanceof OperationRequest) {
            answer.request.finish(NO_QUORUM);
          }
        }
      }
    }
  }

  /** Shows every request that waits. */
  private void forEach(Consumer<Request> action) {
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
