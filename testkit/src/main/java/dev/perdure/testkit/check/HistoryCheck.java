package dev.perdure.testkit.check;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.type.Waking;
import dev.perdure.testkit.check.ReferenceLog.Effect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Compares what clients were told with what the committed log holds: once, same reply, nothing
 * lost, nothing from nowhere; then asks for each entity whether all of it fits one order.
 */
public final class HistoryCheck {

  private final Consumer<Violation> violations;
  private final long retentionMicros;
  private final Map<Operation, List<Effect>> effects = new LinkedHashMap<>();
  private final Map<Operation, List<Call>> calls = new LinkedHashMap<>();
  private final Map<Long, Long> firstAnswerByOffset = new HashMap<>();
  private final Map<EntityAddress, List<Effect>> effectsByEntity = new LinkedHashMap<>();
  private final Map<EntityAddress, List<Call>> unrecorded = new LinkedHashMap<>();

  private final Map<String, Long> fingerprints = new HashMap<>();

  private record Operation(EntityAddress address, String id) {}

  /**
   * A check.
   *
   * @param retentionMicros how long replies are recorded, on the log's stamps
   */
  public HistoryCheck(Consumer<Violation> violations, long retentionMicros) {
    this.violations = violations;
    this.retentionMicros = retentionMicros;
  }

  /** What there is to compare. */
  public void read(List<Effect> log, List<Call> history) {
    for (Effect effect : log) {
      Operation operation = new Operation(effect.address(), effect.record().origin().operationId());
      effects.computeIfAbsent(operation, ignored -> new ArrayList<>()).add(effect);
      effectsByEntity.computeIfAbsent(effect.address(), ignored -> new ArrayList<>()).add(effect);
    }
    for (Call call : history) {
      Operation operation = new Operation(call.address(), call.operationId());
      calls.computeIfAbsent(operation, ignored -> new ArrayList<>()).add(call);
    }
  }

  private void report(Checker checker, Operation about, String detail) {
    violations.accept(
        new Violation(checker, about.address + " " + about.id, about.address + ": " + detail));
  }

  /** Everything but linearizability. */
  public void operations() {
    versions();
    effects.forEach(this::doubled);
    calls.forEach(this::answers);
    effects.forEach(this::origin);
  }

  private void versions() {
    effectsByEntity.forEach(
        (address, all) -> {
          long version = 0;
          for (Effect effect : all) {
            if (effect.record().versionBefore() != version) {
              violations.accept(
                  new Violation(
                      Checker.ORDER,
                      address.toString(),
                      address
                          + ": version "
                          + effect.record().versionBefore()
                          + " at offset "
                          + effect.offset()
                          + " where "
                          + version
                          + " was next"));
            }
            version = effect.record().version();
          }
        });
  }

  private void doubled(Operation operation, List<Effect> of) {
    for (int i = 1; i < of.size(); i++) {
      long apart = of.get(i).record().stamp() - of.get(i - 1).record().stamp();
      if (apart < retentionMicros) {
        report(
            Checker.ONCE,
            operation,
            operation.id
                + " took effect twice, "
                + apart
                + " µs apart, at offsets "
                + of.get(i - 1).offset()
                + " and "
                + of.get(i).offset());
      }
    }
  }

  private void origin(Operation operation, List<Effect> of) {
    if (of.stream().allMatch(effect -> WakeLog.isWake(effect.record()))) {
      return; // the log of wakes knows who asked
    }
    List<Call> asked = calls.getOrDefault(operation, List.of());
    for (Effect effect : of) {
      if (asked.stream().noneMatch(call -> call.calledAt() < effect.committedAt())) {
        report(Checker.ONCE, operation, operation.id + " took effect, but nobody asked for it");
      }
    }
  }

  private void answers(Operation operation, List<Call> asked) {
    List<Effect> done = effects.getOrDefault(operation, List.of());
    boolean perhaps = false;
    for (Call call : asked) {
      Outcome outcome = call.outcome();
      perhaps |= outcome == null;
      switch (outcome) {
        case null -> {}
        case Outcome.Failed failed -> {
          perhaps |= !failed.code().notExecuted();
          failed(operation, call, failed);
        }
        case Outcome.Done ignored -> perhaps |= answered(operation, call, done);
        case Outcome.Rejected ignored -> perhaps |= answered(operation, call, done);
      }
    }
    if (!perhaps && !done.isEmpty()) {
      report(
          Checker.NOT_EXECUTED,
          operation,
          operation.id
              + " took effect at offset "
              + done.getFirst().offset()
              + ", but every call was answered as not executed: "
              + asked.getLast().outcome());
    }
  }

  private void failed(Operation operation, Call call, Outcome.Failed failed) {
    if (failed.code() == ProblemCode.OPERATION_ID_REUSED) {
      boolean other =
          effects.getOrDefault(operation, List.of()).stream()
              .anyMatch(
                  effect ->
                      effect.record().origin().fingerprint() != fingerprintOf(call)
                          && effect.committedAt() < call.returnedAt());
      if (!other) {
        report(
            Checker.SAME_REPLY,
            operation,
            operation.id + " was refused as used with another payload, which never took effect");
      }
    } else if (failed.code() == ProblemCode.VERSION_MISMATCH
        || failed.code() == ProblemCode.NOT_FOUND) {
      unrecorded.computeIfAbsent(call.address(), ignored -> new ArrayList<>()).add(call);
    }
  }

  private long fingerprintOf(Call call) {
    return fingerprints.getOrDefault(payload(call), 0L);
  }

  /** Tells which fingerprint a payload has. */
  public void fingerprint(Call call, long fingerprint) {
    fingerprints.put(payload(call), fingerprint);
  }

  private static String payload(Call call) {
    return call.asks().command() + call.asks().body();
  }

  private boolean answered(Operation operation, Call call, List<Effect> done) {
    if (call.asks().read()) {
      unrecorded.computeIfAbsent(call.address(), ignored -> new ArrayList<>()).add(call);
      return false;
    }
    Effect match = null;
    for (Effect effect : done) {
      if (says(effect.record(), call) && effect.committedAt() < call.returnedAt()) {
        match = effect;
      }
    }
    if (match == null) {
      noEffect(operation, call, done);
      return !done.isEmpty();
    }
    if (fingerprintOf(call) != match.record().origin().fingerprint()) {
      report(
          Checker.SAME_REPLY,
          operation,
          operation.id + " with payload " + payload(call) + " got the reply of another payload");
    }
    if (!EntitySpec.holds(call.asks().precondition(), match.record().versionBefore())) {
      report(
          Checker.PRECONDITION,
          operation,
          operation.id
              + " demanded "
              + call.asks().precondition()
              + " and ran at version "
              + match.record().versionBefore());
    }
    firstAnswerByOffset.merge(match.offset(), call.returnedAt(), Math::min);
    return true;
  }

  private void noEffect(Operation operation, Call call, List<Effect> done) {
    boolean early = done.stream().anyMatch(effect -> says(effect.record(), call));
    if (early) {
      report(
          Checker.ACKNOWLEDGED,
          operation,
          operation.id + " was answered before its effect was committed");
    } else if (!done.isEmpty()) {
      report(
          Checker.SAME_REPLY,
          operation,
          operation.id
              + " was answered "
              + text(call.outcome())
              + ", which is recorded nowhere; "
              + "recorded is "
              + text(done.getLast().record()));
    } else if (call.asks().keyed()) {
      report(
          Checker.ACKNOWLEDGED,
          operation,
          operation.id + " was answered " + text(call.outcome()) + ", but is not in the log");
    } else {
      unrecorded.computeIfAbsent(call.address(), ignored -> new ArrayList<>()).add(call);
    }
  }

  private static boolean says(CommandRecord record, Call call) {
    return switch (call.outcome()) {
      case Outcome.Done done ->
          record.answer().rejection() == null
              && record.version() == done.version()
              && Arrays.equals(record.answer().body(), done.body());
      case Outcome.Rejected no ->
          no.code().equals(record.answer().rejection())
              && record.version() == no.version()
              && Arrays.equals(
                  record.answer().body(), no.detail().getBytes(StandardCharsets.UTF_8));
      case Outcome.Failed ignored -> false;
      case null -> false;
    };
  }

  private static Outcome answer(CommandRecord record) {
    String rejection = record.answer().rejection();
    return rejection == null
        ? new Outcome.Done(record.version(), record.answer().body(), false)
        : new Outcome.Rejected(rejection, "", record.version(), false);
  }

  private static String text(CommandRecord record) {
    return text(answer(record));
  }

  /** An outcome in words. */
  public static String text(@Nullable Outcome outcome) {
    return switch (outcome) {
      case null -> "nothing";
      case Outcome.Done done ->
          "done v" + done.version() + " " + new String(done.body(), StandardCharsets.UTF_8);
      case Outcome.Rejected no -> "rejected " + no.code() + " v" + no.version();
      case Outcome.Failed failed ->
          failed.code().code() + (failed.version() < 0 ? "" : " v" + failed.version());
    };
  }

  /** Whether everything seen of an entity fits one order; call after {@link #operations}. */
  public void linearizable(EntityAddress address, EntitySpec spec) {
    List<Linearizability.Timed<EntitySpec.Seen>> history = new ArrayList<>();
    for (Effect effect : effectsByEntity.getOrDefault(address, List.of())) {
      history.add(timed(effect));
    }
    for (Call call : unrecorded.getOrDefault(address, List.of())) {
      EntitySpec.Seen seen =
          new EntitySpec.Seen(
              call.operationId(),
              call.asks(),
              0,
              Objects.requireNonNull(call.outcome()),
              call.state());
      history.add(new Linearizability.Timed<>(seen, call.calledAt(), call.returnedAt(), false));
    }
    String about = address.toString();
    switch (Linearizability.check(spec, history)) {
      case Linearizability.Verdict.Linearizable<EntitySpec.Seen> ignored -> {}
      case Linearizability.Verdict.Undecided<EntitySpec.Seen> undecided ->
          violations.accept(
              new Violation(
                  Checker.LINEARIZABILITY, about, about + ": undecided, " + undecided.why()));
      case Linearizability.Verdict.Impossible<EntitySpec.Seen> impossible -> {
        EntitySpec.Seen at = impossible.stuckAt() == null ? null : impossible.stuckAt().operation();
        violations.accept(
            new Violation(
                Checker.LINEARIZABILITY,
                about,
                about
                    + ": after "
                    + impossible.placed()
                    + " of "
                    + history.size()
                    + " operations nothing fits before "
                    + (at == null
                        ? "the end"
                        : at.operationId()
                            + " "
                            + at.asks().command()
                            + at.asks().body()
                            + " = "
                            + text(at.answer()))));
      }
    }
  }

  private Linearizability.Timed<EntitySpec.Seen> timed(Effect effect) {
    CommandRecord record = effect.record();
    Operation operation = new Operation(effect.address(), record.origin().operationId());
    Call first = null;
    for (Call call : calls.getOrDefault(operation, List.of())) {
      boolean same = fingerprintOf(call) == record.origin().fingerprint();
      if (same && (first == null || call.calledAt() < first.calledAt())) {
        first = call;
      }
    }
    long calledAt = first == null ? 0 : first.calledAt();
    Call.Asks asks =
        first == null
            ? new Call.Asks(
                WakeLog.isWake(record) ? Waking.COMMAND : "?",
                "",
                true,
                dev.perdure.runtime.EntityCommand.Precondition.NONE)
            : first.asks();
    return new Linearizability.Timed<>(
        new EntitySpec.Seen(
            record.origin().operationId(), asks, record.stamp(), answer(record), null),
        calledAt,
        firstAnswerByOffset.getOrDefault(effect.offset(), Long.MAX_VALUE),
        false);
  }
}
