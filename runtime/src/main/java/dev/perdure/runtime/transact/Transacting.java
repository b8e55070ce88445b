package dev.perdure.runtime.transact;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.EntityCommand.Precondition;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.Transactions.Part;
import dev.perdure.runtime.Transactions.Result;
import dev.perdure.runtime.Transactions.TransactionAnswer;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.Prepared;
import dev.perdure.runtime.transaction.TransactionCommand;
import dev.perdure.runtime.transaction.TransactionEntity;
import dev.perdure.runtime.transaction.TransactionState;
import dev.perdure.runtime.transaction.TransactionState.Refusal;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.Values;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One call of a transaction as a state machine: says what is to be sent, is told what came of it.
 * It begins an attempt, prepares one entity after the other in the order of their addresses, so
 * that no two transactions wait for each other, has the record say what is so, and then tells the
 * entities. Pure; one thread.
 */
public final class Transacting {

  private static final long GRACE_MICROS = 1_000_000;
  private static final long HOLD_MAX_MICROS = 30_000_000;
  private static final long AGAIN_NS = 20_000_000;
  private static final int DOUBLINGS_MAX = 5;
  private static final long WAIT_MAX_NS = 100_000_000;

  private final EntityAddress record;
  private final EntityModel model;
  private final List<Part> parts;
  private final int[] order;
  private final long fingerprint;
  private final CallContext context;
  private final Outcome.@Nullable Done[] prepared;
  private final List<Send> sends = new ArrayList<>();
  private Stage stage = Stage.BEGINNING;
  private int attempt;
  private int next;
  private int settling;
  private int toldInVain;
  private boolean another;
  private boolean replayed;
  private List<TransactionState.Part> results = List.of();
  private @Nullable TransactionAnswer reason;
  private @Nullable TransactionAnswer answer;

  private enum Stage {
    BEGINNING,
    PREPARING,
    COMMITTING,
    ABORTING,
    TELLING
  }

  /**
   * Something to be sent.
   *
   * @param about which part; -1 for the transaction's record
   * @param delayNs how long to wait before it is sent
   */
  public record Send(EntityCommand command, int about, long delayNs) {}

  /**
   * A transaction.
   *
   * @param record where its record is
   * @param model of records
   * @param fingerprint of all parts
   */
  public record Of(EntityAddress record, EntityModel model, List<Part> parts, long fingerprint) {
    public Of {
      parts = List.copyOf(parts);
    }
  }

  /** A call that has until the context's deadline. */
  public Transacting(Of of, CallContext context, long nowNs) {
    this.record = of.record;
    this.model = of.model;
    this.parts = of.parts;
    this.fingerprint = of.fingerprint;
    this.context = context;
    this.prepared = new Outcome.Done[parts.size()];
    this.order =
        IntStream.range(0, parts.size())
            .boxed()
            .sorted(Comparator.comparing(i -> parts.get(i).entity().toString()))
            .mapToInt(Integer::intValue)
            .toArray();
    begin(nowNs, 0);
  }

  /** What is to be sent now; each is to be followed by one call of {@link #answered}. */
  public List<Send> toSend() {
    List<Send> now = List.copyOf(sends);
    sends.clear();
    return now;
  }

  /**
   * What came of it; null as long as something is to come. What is to be sent is sent all the same.
   */
  public @Nullable TransactionAnswer answer() {
    return answer;
  }

  /** What came of one that was sent. */
  public void answered(Send sent, Outcome outcome, long nowNs) {
    switch (stage) {
      case BEGINNING -> begun(outcome, nowNs);
      case PREPARING -> prepared(sent.about, outcome, nowNs);
      case COMMITTING -> committed(outcome, nowNs);
      case ABORTING -> aborted(sent, outcome);
      case TELLING -> told(sent, outcome, nowNs);
    }
  }

  // ---- begin ----

  private void begin(long nowNs, long delayNs) {
    send(new TransactionCommand.Begin(fingerprint, holdMicros(nowNs)), delayNs);
  }

  /** Until the caller has given up, and a moment more; not for ever if it never does. */
  private long holdMicros(long nowNs) {
    long left = Math.max(0, context.deadlineNs() - nowNs) / 1000;
    return Math.min(left, HOLD_MAX_MICROS) + GRACE_MICROS;
  }

  /** For what has to be said although the caller's time may be over. */
  private CallContext afterwards(long nowNs) {
    long until = Math.max(nowNs, context.deadlineNs()) + GRACE_MICROS * 1000;
    return context.until(until);
  }

  private void begun(Outcome outcome, long nowNs) {
    switch (outcome) {
      case Outcome.Failed failed ->
          answer =
              another
                  ? failed(ProblemCode.OUTCOME_UNKNOWN, "another call of it is at work")
                  : new TransactionAnswer.Failed(-1, failed);
      case Outcome.Rejected no ->
          answer =
              new TransactionAnswer.Failed(
                  -1, Outcome.Failed.of(ProblemCode.OPERATION_ID_REUSED, no.detail()));
      case Outcome.Done done -> begun(verdict(done), nowNs);
    }
  }

  private void begun(TransactionEntity.Verdict verdict, long nowNs) {
    attempt = verdict.attempt();
    switch (verdict.status()) {
      case COMMITTED -> {
        // Whoever ran it may have told nobody yet.
        replayed = true;
        results = verdict.results();
        tell(nowNs);
      }
      case REJECTED -> answer = rejected(Objects.requireNonNull(verdict.rejection()), true);
      case OPEN -> {
        another = verdict.waitMicros() > 0;
        if (!another) {
          stage = Stage.PREPARING;
          prepareNext(nowNs);
        } else if (nowNs - context.deadlineNs() >= 0) {
          answer =
              failed(ProblemCode.OUTCOME_UNKNOWN, "another call of this transaction is at work");
        } else {
          begin(nowNs, Math.min(WAIT_MAX_NS, verdict.waitMicros() * 1000));
        }
      }
      case NONE, ABORTED -> throw new IllegalStateException("an attempt that begins is open");
    }
  }

  // ---- prepare ----

  private Prepared.Of of() {
    return new Prepared.Of(record.id(), attempt);
  }

  private void prepareNext(long nowNs) {
    if (next < order.length) {
      Part part = parts.get(order[next]);
      Step step = new Step.Prepare(of(), holdMicros(nowNs), part.command());
      sends.add(new Send(command(part, step, part.precondition(), context), order[next], 0));
      return;
    }
    List<TransactionState.Part> all = new ArrayList<>(parts.size());
    for (Outcome.@Nullable Done one : prepared) {
      Outcome.Done done = Objects.requireNonNull(one);
      all.add(
          new TransactionState.Part(
              done.version(), new String(done.body(), StandardCharsets.UTF_8)));
    }
    results = all;
    stage = Stage.COMMITTING;
    send(new TransactionCommand.Commit(attempt, all), 0);
  }

  private EntityCommand command(Part part, Step step, Precondition precondition, CallContext by) {
    return new EntityCommand(
        part.entity(), step.body(), Step.operationId(record.id()), precondition, by);
  }

  private void prepared(int part, Outcome outcome, long nowNs) {
    switch (outcome) {
      case Outcome.Done done -> {
        prepared[part] = done;
        next++;
        prepareNext(nowNs);
      }
      case Outcome.Rejected no -> {
        Refusal refusal = new Refusal(part, no.code(), no.detail());
        abort(rejected(refusal, false), refusal, nowNs);
      }
      case Outcome.Failed failed -> abort(notExecuted(part, failed), null, nowNs);
    }
  }

  /** An attempt that nobody commits is none, whatever became of its parts. */
  private TransactionAnswer notExecuted(int part, Outcome.Failed failed) {
    return new TransactionAnswer.Failed(
        part,
        failed.code().notExecuted()
            ? failed
            : Outcome.Failed.of(ProblemCode.DEADLINE_EXCEEDED, failed.detail()));
  }

  /** Nobody but this call can commit the attempt, so the entities need not wait for the record. */
  private void abort(TransactionAnswer why, @Nullable Refusal refusal, long nowNs) {
    reason = why;
    stage = Stage.ABORTING;
    if (refusal == null) {
      answer = why;
    }
    CallContext by = afterwards(nowNs);
    sends.add(new Send(record(new TransactionCommand.Abort(attempt, refusal), by), -1, 0));
    for (int i = 0; i <= next && i < order.length; i++) {
      sends.add(settle(order[i], false, by, 0));
    }
  }

  /** A rejection is one for ever, so it has to be recorded before anybody hears of it. */
  private void aborted(Send sent, Outcome outcome) {
    if (sent.about < 0) {
      answer =
          outcome instanceof Outcome.Failed failed && reason instanceof TransactionAnswer.Rejected
              ? notExecuted(-1, failed)
              : reason;
    }
  }

  private static TransactionAnswer rejected(Refusal no, boolean before) {
    return new TransactionAnswer.Rejected(no.part(), no.code(), no.detail(), before);
  }

  // ---- commit ----

  private void committed(Outcome outcome, long nowNs) {
    switch (outcome) {
      case Outcome.Done ignored -> tell(nowNs);
      case Outcome.Rejected ignored -> {
        abort(
            failed(ProblemCode.DEADLINE_EXCEEDED, "it took so long that it was given up"),
            null,
            nowNs);
      }
      case Outcome.Failed failed when failed.code().notExecuted() ->
          abort(new TransactionAnswer.Failed(-1, failed), null, nowNs);
      case Outcome.Failed failed -> answer = failed(ProblemCode.OUTCOME_UNKNOWN, failed.detail());
    }
  }

  private static TransactionAnswer failed(ProblemCode code, String detail) {
    return new TransactionAnswer.Failed(-1, Outcome.Failed.of(code, detail));
  }

  // ---- tell ----

  private void tell(long nowNs) {
    stage = Stage.TELLING;
    settling = order.length;
    for (int part : order) {
      sends.add(settle(part, true, afterwards(nowNs), 0));
    }
  }

  private Send settle(int part, boolean commit, CallContext by, long delayNs) {
    Step step = new Step.Settle(of(), commit);
    return new Send(command(parts.get(part), step, Precondition.NONE, by), part, delayNs);
  }

  private void told(Send sent, Outcome outcome, long nowNs) {
    if (outcome instanceof Outcome.Failed failed) {
      if (nowNs - context.deadlineNs() < 0) {
        long delayNs = AGAIN_NS << Math.min(toldInVain++ / order.length, DOUBLINGS_MAX);
        sends.add(settle(sent.about, true, afterwards(nowNs), delayNs));
      } else {
        answer =
            failed(
                ProblemCode.OUTCOME_UNKNOWN,
                "it is committed, but not every entity shows it yet: " + failed.detail());
      }
      return;
    }
    if (--settling == 0) {
      answer =
          new TransactionAnswer.Committed(
              results.stream().map(one -> new Result(one.version(), one.reply())).toList(),
              replayed);
    }
  }

  // ---- the record ----

  private void send(TransactionCommand command, long delayNs) {
    sends.add(new Send(record(command, context), -1, delayNs));
  }

  private EntityCommand record(TransactionCommand command, CallContext by) {
    return new EntityCommand(record, model.body(command), null, Precondition.NONE, by);
  }

  private TransactionEntity.Verdict verdict(Outcome.Done done) {
    return Values.read(
        new String(done.body(), StandardCharsets.UTF_8), TransactionEntity.Verdict.class);
  }
}
