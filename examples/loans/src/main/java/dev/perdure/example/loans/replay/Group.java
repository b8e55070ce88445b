package dev.perdure.example.loans.replay;

import dev.perdure.client.Answer;
import dev.perdure.client.BatchAnswer;
import dev.perdure.client.Command;
import dev.perdure.client.OutcomeUnknownException;
import dev.perdure.client.PerdureClient;
import dev.perdure.client.PerdureException;
import dev.perdure.client.SagaStatus;
import dev.perdure.client.Signal;
import dev.perdure.example.loans.Offer;
import dev.perdure.example.loans.log.LogCase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/**
 * Some cases that go on together, in rounds: a batch with the commands of each up to its next
 * signal, and then the signals, those of different cases at the same time. So each row of a case is
 * acknowledged before the next one is sent, and a request carries many.
 */
final class Group {

  private final PerdureClient client;
  private final ReplayOptions options;
  private final ReplayCounts counts;
  private final List<Play> plays;

  Group(PerdureClient client, ReplayOptions options, ReplayCounts counts, List<LogCase> cases) {
    this.client = client;
    this.options = options;
    this.counts = counts;
    this.plays = cases.stream().map(Play::new).toList();
  }

  /** Replays all of them, or stops between two requests. */
  void run(BooleanSupplier stopped) {
    recall();
    List<Play> open = plays;
    while (!open.isEmpty() && !stopped.getAsBoolean()) {
      List<Command> commands = new ArrayList<>();
      open.forEach(play -> commands.addAll(play.commands(counts)));
      send(commands).forEach(this::count);
      signal(open);
      open = open.stream().filter(play -> !play.ended()).toList();
    }
  }

  /** Begins them; those that were begun before are looked at, so that nothing is done twice. */
  private void recall() {
    List<BatchAnswer> answers = send(plays.stream().map(Play::first).toList());
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (int i = 0; i < plays.size(); i++) {
      Play play = plays.get(i);
      boolean fresh = answer(answers.get(i)) instanceof Answer.Done done && !done.replayed();
      if (!fresh) {
        tasks.add(
            () -> {
              play.recall(client);
              return true;
            });
      } else {
        play.begun();
        counts.applied();
      }
    }
    all(tasks);
  }

  private List<BatchAnswer> send(List<Command> commands) {
    return commands.isEmpty() ? List.of() : client.batch(commands);
  }

  private void count(BatchAnswer answered) {
    switch (answer(answered)) {
      case Answer.Done done when done.replayed() -> counts.earlier();
      case Answer.Done ignored -> counts.applied();
      case Answer.Rejected no ->
          counts.refused(answered.operationId() + ": " + no.code() + ": " + no.detail());
    }
  }

  private static Answer answer(BatchAnswer answered) {
    try {
      return answered.orThrow();
    } catch (PerdureException e) {
      throw failed("row " + answered.operationId(), e);
    }
  }

  private static ReplayException failed(String what, PerdureException e) {
    boolean unavailable =
        e instanceof OutcomeUnknownException
            || e.code().equals(PerdureException.UNAVAILABLE)
            || e.status() >= 500;
    return new ReplayException(what + " has no answer: " + e.getMessage(), unavailable);
  }

  private void signal(List<Play> open) {
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (Play play : open) {
      List<Action.Tell> signals = play.signals(counts);
      if (!signals.isEmpty()) {
        tasks.add(
            () -> {
              signals.forEach(signal -> signal(play.application(), signal));
              return true;
            });
      }
    }
    all(tasks);
  }

  private void signal(String application, Action.Tell tell) {
    Signal signal = signalOf(application, tell);
    Waiting waiting = new Waiting(options.giveUpAfter());
    try {
      Optional<SagaStatus> told = client.signal(signal);
      while (told.isEmpty()) {
        counts.waited();
        if (!waiting.again()) {
          throw new ReplayException(
              "the saga of offer %s has not begun for %d s; see 'perdure subscription show offers'"
                  .formatted(signal.id(), options.giveUpAfter().toSeconds()),
              true);
        }
        told = client.signal(signal);
      }
      counts.signalled();
      if (told.get().replayed()) {
        counts.earlier();
      } else {
        counts.applied();
      }
    } catch (PerdureException e) {
      if (!e.code().equals("saga-ended")) {
        throw failed("row " + tell.operationId(), e);
      }
      counts.refused(tell.operationId() + ": " + e.getMessage());
    }
  }

  private static Signal signalOf(String application, Action.Tell tell) {
    String id = Offer.id(application, tell.offer());
    return switch (tell.status()) {
      case CREATED -> new Signal("offer", id, Offer.CREATED, Map.of(), tell.operationId());
      case SENT -> new Signal("offer", id, Offer.SENT, Map.of(), tell.operationId());
      case SELECTED, SENT_BACK, ACCEPTED, DECLINED, CANCELLED ->
          new Signal(
              "offer",
              id,
              Offer.ANSWER,
              new Offer.Answer(tell.status().text()),
              tell.operationId());
    };
  }

  /** Does all at the same time; the first failure in the list is thrown when all have ended. */
  static void all(List<Callable<Boolean>> tasks) {
    if (tasks.isEmpty()) {
      return;
    }
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> one : executor.invokeAll(tasks)) {
        one.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ReplayException("interrupted");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    }
  }
}
