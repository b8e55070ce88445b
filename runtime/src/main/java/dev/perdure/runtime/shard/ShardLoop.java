package dev.perdure.runtime.shard;

import dev.perdure.journal.Journal;
import dev.perdure.kernel.CorruptionException;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.apply.AppliedEntry;
import dev.perdure.runtime.record.EntryBuilder;
import dev.perdure.runtime.record.EntryHeader;
import dev.perdure.runtime.record.Fence;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shard as a step function: drains signals, then decides what is waiting and proposes it, as
 * long as it leads. A thread steps it in production, a scheduler in simulation.
 *
 * <p>It leads in three steps. FOLLOWING: it decides nothing. OPENING: it leads in a term and has
 * appended an empty entry with a new epoch; when that is applied, whatever it proposed before and
 * has not been applied never will be, because the fence turns it away. LEADING: it decides on
 * applied state plus its own entries in flight. A failed append takes it back to OPENING, and
 * everything not applied is decided again under its operation id.
 */
final class ShardLoop {

  private static final Logger LOG = LoggerFactory.getLogger(ShardLoop.class);
  private static final int REQUESTS_PER_STEP = Intake.CROWD;
  private static final int ENTRY_TARGET_BYTES = 128 * 1024;
  private static final long REOPEN_AFTER_NS = 50_000_000;
  private static final long OWN_SWEEP_NS = 20_000_000;

  enum Role {
    FOLLOWING,
    OPENING,
    LEADING,
    STOPPED
  }

  private final ShardParts parts;
  private final Journal journal;
  private final Repeats repeats;
  private final Decider decider;
  private final Reads reads;
  private final Expiry expiry;
  private final Ownership ownership;
  private final Stamps stamps;
  private final Signals signals = new Signals();
  private final Intake intake;
  private final InFlight inFlight;
  private final EntryBuilder builder = new EntryBuilder();
  private final ShardCounters counters = new ShardCounters();
  private final Confirmations confirmations;
  private @Nullable Proposal proposal;
  private @Nullable Fence opening;
  private final WakeWatch wakes;
  private final Standing standing;
  private volatile Runnable waker = () -> {};
  private long term;
  private long epoch;
  private long nextSequence;
  private long nextOffset;
  private long reopenAtNs;
  private long sweptAtNs;

  ShardLoop(int shard, ShardParts parts, Journal journal, UserCode userCode) {
    this.parts = parts;
    this.journal = journal;
    this.intake = new Intake(parts.limits().queueLengthMax());
    this.nextOffset = parts.state().meta().nextOffset();
    this.epoch = parts.state().meta().fence().epoch();
    this.repeats = new Repeats(parts, nextOffset);
    this.decider = new Decider(parts, this, repeats, userCode);
    this.reads = new Reads(parts, this, decider, repeats);
    this.ownership = new Ownership(parts, this);
    this.expiry = new Expiry(parts, repeats, ownership);
    this.stamps = new Stamps(parts);
    this.inFlight = new InFlight(parts.limits().entriesInFlightMax());
    this.confirmations = new Confirmations(journal, this::signalAndWake, this::giveBack, parts);
    this.wakes = new WakeWatch(shard, parts, this);
    this.standing = new Standing(parts, wakes::role);
    this.sweptAtNs = parts.clock().monotonicNs();
  }

  // ---- any thread ----

  /** Takes a request, or says why not. */
  Outcome.@Nullable Failed offer(Request request) {
    return intake.offer(request);
  }

  /** Runs something on the loop's thread, before the next request. */
  void signal(Runnable signal) {
    signals.add(signal);
  }

  void wakenBy(Runnable how) {
    waker = how;
  }

  private void signalAndWake(Runnable signal) {
    signal(signal);
    waker.run();
  }

  /** The batch of an entry that this loop proposed, null if it is not known. */
  @Nullable Batch batch(Fence fence) {
    return inFlight.get(fence);
  }

  void sweep(long nowNs) {
    intake.expire(nowNs);
    inFlight.expire(nowNs);
  }

  Role role() {
    return standing.role();
  }

  Standing standing() {
    return standing;
  }

  WakeWatch wakes() {
    return wakes;
  }

  Intake intake() {
    return intake;
  }

  boolean idle() {
    return intake.isEmpty() && inFlight.isEmpty() && decider.locks().size() == 0;
  }

  ShardCounters counters() {
    return counters;
  }

  Decider decider() {
    return decider;
  }

  Repeats repeats() {
    return repeats;
  }

  Ownership ownership() {
    return ownership;
  }

  Stamps stamps() {
    return stamps;
  }

  /** True if a step would find something to do. */
  boolean hasWork() {
    return !signals.isEmpty()
        || (role() == Role.LEADING && (inFlight.full() ? hasRoom() : !intake.isEmpty() || ready()));
  }

  /** True if a request waits that can be decided into the entry being put together. */
  private boolean hasRoom() {
    return !intake.isEmpty() && (proposal == null || proposal.size() < ENTRY_TARGET_BYTES);
  }

  // ---- loop thread ----

  /** One step; true if it did something. */
  boolean step() {
    boolean worked = signals.run();
    long nowNs = parts.clock().monotonicNs();
    sweepOwn(nowNs);
    if (role() == Role.LEADING) {
      worked |= wakes.run(nowNs, intake.waiting() > 0);
      worked |= decideWaiting(nowNs);
      if (ready()) {
        propose();
      }
    } else if (role() == Role.OPENING && opening == null && nowNs - reopenAtNs >= 0) {
      open();
      worked = true;
    }
    confirmations.ask(term);
    return worked;
  }

  /** Takes in the news of all that was answered before a read came; false if it must wait. */
  boolean caughtUp(Request read) {
    if (parts.has(PlantedBug.NEWS_HEARD_LATE)) {
      return true;
    }
    if (signals.run() && role() != Role.LEADING) {
      giveBack(read);
    }
    if (role() == Role.STOPPED) {
      refuseWaiting("the shard stopped: " + standing.stoppedBecause());
    }
    return role() == Role.LEADING;
  }

  private boolean decideWaiting(long nowNs) {
    int taken = 0;
    while (taken < REQUESTS_PER_STEP && role() == Role.LEADING) {
      if (proposal != null && proposal.size() >= ENTRY_TARGET_BYTES && !propose()) {
        break;
      }
      if (ready()) {
        propose();
      }
      Request request = intake.next(nowNs);
      if (request == null) {
        break;
      }
      taken++;
      if (request.take()) {
        handle(request, nowNs);
      }
    }
    return taken > 0;
  }

  /** Answers one that was taken, or sees to it that it will be. */
  void handle(Request request, long nowNs) {
    decider.current(request);
    switch (request) {
      case Pending command -> decider.decide(command, nowNs);
      case StateRequest read -> reads.state(read);
      case OperationRequest operation -> reads.operation(operation);
      case MoveRequest move -> ownership.handle(move);
      default -> throw new IllegalStateException("unknown request");
    }
    decider.current(null);
  }

  /** The entry being put together. */
  Proposal proposal() {
    Proposal open = proposal;
    if (open == null) {
      Batch batch = new Batch(new Fence(term, epoch, nextSequence), stamps.next());
      open = new Proposal(builder, batch, nextOffset);
      expiry.addTo(open);
      proposal = open;
    }
    return open;
  }

  /** True if what was put together should not wait for more. */
  private boolean ready() {
    Proposal open = proposal;
    if (open == null) {
      return false;
    }
    int waiting = intake.waiting();
    return (waiting == 0 && inFlight.isEmpty()) || inFlight.isShare(open.batch().size(), waiting);
  }

  /** Appends what was put together, unless enough is in flight; true if it did. */
  boolean propose() {
    Proposal open = proposal;
    if (open == null || inFlight.full()) {
      return false;
    }
    proposal = null;
    if (open.count() == 0) {
      return false;
    }
    byte[] entry = open.finish();
    Batch batch = open.batch();
    inFlight.add(batch);
    nextSequence++;
    nextOffset = open.nextOffset();
    counters.proposed(batch.commands().size());
    if (parts.has(PlantedBug.ANSWER_BEFORE_COMMIT)) {
      batch.answer();
    }
    journal.append(term, entry);
    return true;
  }

  /** Answers when leadership is confirmed; for answers that saw nothing in flight. */
  void confirm(Request request, Outcome answer) {
    if (journal.leads(term) || parts.has(PlantedBug.LEADERSHIP_NOT_CONFIRMED)) {
      request.finish(answer);
    } else {
      confirmations.add(request, answer);
    }
  }

  /** Lets a request be decided once more. */
  void giveBack(Request request) {
    if (request.answered()) {
      return;
    }
    if (request instanceof Pending command) {
      command.giveBack();
    } else {
      request.putBack();
    }
    intake.giveBack(request);
  }

  /** An answer that says: not executed. */
  void fail(Request request, ProblemCode code, String detail) {
    if (request instanceof Pending command && command.wake() != null) {
      decider.wakes().failed(command, Outcome.Failed.of(code, detail));
      return;
    }
    counters.failed();
    request.fail(code, detail);
  }

  /** The shard's time, for comparisons: the stamp that a command decided now would get. */
  long stampNow() {
    return proposal == null || parts.has(PlantedBug.EXPIRY_AHEAD_OF_STAMP)
        ? stamps.now()
        : proposal.batch().stamp();
  }

  // ---- signals ----

  /** This replica leads, and everything earlier is applied. */
  void leading(long inTerm) {
    if (role() == Role.STOPPED || standing.holds(inTerm)) {
      return;
    }
    String refusal = ClockGuard.refusal(parts);
    if (!refusal.isEmpty()) {
      stop(refusal);
      return;
    }
    term = inTerm;
    stamps.lead(parts.state().meta().stamp());
    reopen(0);
  }

  /** This replica does not lead. */
  void following(long newestTerm) {
    if (role() == Role.STOPPED || newestTerm < term) {
      return;
    }
    dropProposal();
    opening = null;
    standing.change(Role.FOLLOWING);
  }

  /** An append failed; whether it survived will be known when a new epoch is open. */
  void appendFailed(long inTerm) {
    if (inTerm == term && (role() == Role.LEADING || role() == Role.OPENING)) {
      reopen(REOPEN_AFTER_NS);
    }
  }

  private void reopen(long delayNs) {
    dropProposal();
    opening = null;
    reopenAtNs = parts.clock().monotonicNs() + delayNs;
    standing.change(Role.OPENING);
  }

  private void open() {
    if (!parts.has(PlantedBug.EPOCH_NOT_RAISED)) {
      epoch++;
    }
    Fence fence = new Fence(term, epoch, 0);
    builder.begin(new EntryHeader(fence, stamps.next(), 0));
    opening = fence;
    journal.append(term, builder.finish());
  }

  private void dropProposal() {
    if (proposal != null) {
      Batch open = proposal.batch();
      proposal = null;
      open.commands().forEach(repeats::ended);
      open.forEachRequest(this::giveBack);
    }
    decider.locks().release(entity -> true);
  }

  /** An entry's effects are stored. */
  void applied(AppliedEntry entry, @Nullable Batch batch) {
    counters.applied();
    repeats.applied(entry);
    expiry.applied(entry);
    stamps.applied(entry.stamp());
    epoch = Math.max(epoch, entry.fence().epoch());
    if (batch != null) {
      inFlight.remove(batch);
      applied(batch);
    }
    if (entry.fence().equals(opening)) {
      opened(entry);
      return;
    }
    if (entry.fence().sequence() == 0) {
      overtaken(entry.fence());
    }
    if (role() != Role.LEADING) {
      nextOffset = entry.nextOffset();
    }
  }

  /** Another epoch began: what is in flight from before is dead, whoever leads now. */
  private void overtaken(Fence fence) {
    if (fence.term() > term) {
      following(fence.term());
    }
    if (role() == Role.FOLLOWING || role() == Role.OPENING) {
      bury();
    }
  }

  private void applied(Batch batch) {
    counters.accepted(batch.commands().size());
    for (Pending command : batch.commands()) {
      repeats.ended(command);
      CachedEntity entity = command.entity();
      if (entity != null) {
        entity.apply(command.stateAfter(), command.versionAfter(), batch);
      }
    }
    batch.finishFollowers(counters);
  }

  /** The new epoch stands: what is in flight from before is dead. */
  private void opened(AppliedEntry entry) {
    opening = null;
    bury();
    if (!parts.has(PlantedBug.SPECULATION_KEPT)) {
      decider.cache().clear();
    }
    nextOffset = parts.has(PlantedBug.OFFSET_NOT_REWOUND) ? nextOffset : entry.nextOffset();
    nextSequence = 1;
    ownership.reset(entry.slots());
    standing.change(Role.LEADING);
  }

  /** Takes back what is in flight, before what was given back later. */
  private void bury() {
    List<Batch> dead = inFlight.takeAll();
    if (!parts.has(PlantedBug.DEAD_BATCH_JOINED)) {
      repeats.clearInFlight();
    }
    List<Request> younger = intake.takeGivenBack();
    dead.forEach(batch -> batch.forEachRequest(this::giveBack));
    younger.forEach(intake::giveBack);
    counters.redecided(dead.size());
  }

  /** Stored data cannot be trusted: the shard stops. */
  void damaged(CorruptionException damage) {
    stop("damaged: " + damage.getMessage());
    parts.state().store().condemn(String.valueOf(damage.getMessage()));
    LOG.error("shard stopped, its store is damaged", damage);
  }

  /** Stops for good; callers are told what is known. */
  void stop(String reason) {
    if (role() == Role.STOPPED) {
      return;
    }
    dropProposal();
    standing.stop(reason);
    inFlight.forEach(batch -> batch.forEachRequest(request -> unknown(request, reason)));
    confirmations.end(request -> unknown(request, reason));
    refuseWaiting("the shard stopped: " + reason);
  }

  /** Refuses what still waits, not executed: the shard stopped, or another node leads. */
  void refuseWaiting(String reason) {
    intake.refuseAll(Outcome.Failed.retry(ProblemCode.NO_LEADER, reason, 1000));
  }

  private static void unknown(Request request, String reason) {
    request.fail(ProblemCode.OUTCOME_UNKNOWN, "the shard stopped: " + reason);
  }

  private void sweepOwn(long nowNs) {
    if (nowNs - sweptAtNs < OWN_SWEEP_NS) {
      return;
    }
    sweptAtNs = nowNs;
    standing.whenReleased(this::leading);
    if (proposal != null) {
      proposal.batch().forEachRequest(request -> request.expire(nowNs));
    }
    inFlight.expireFollowers(nowNs);
    decider.locks().expire(nowNs);
    confirmations.sweep(nowNs);
    if (role() != Role.LEADING) {
      intake.dropAnswered(nowNs);
    }
    String why = role() == Role.FOLLOWING ? standing.refusal(journal.otherLeader()) : null;
    if (why != null) {
      refuseWaiting(why);
    }
  }
}
