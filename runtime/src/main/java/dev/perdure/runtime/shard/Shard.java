package dev.perdure.runtime.shard;

import dev.perdure.journal.Journal;
import dev.perdure.journal.LogPosition;
import dev.perdure.journal.Replica;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.NodeHealth;
import dev.perdure.runtime.OperationStatus;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.ShardFigures;
import dev.perdure.runtime.apply.AppliedEntry;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.history.HistoryStore;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.SlotTable;
import dev.perdure.runtime.store.Snapshots;
import dev.perdure.runtime.store.StateStore;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One shard: its loop, its state, the replica that its journal drives. Thread-safe towards callers.
 */
public final class Shard implements Replica, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Shard.class);
  static final long NO_LEADER_AFTER_NS = 2_000_000_000L;
  private static final long RETRY_AFTER_MS = 1000;

  private final int number;
  private final ShardParts parts;
  private final SnapshotTaker snapshots;
  private final Journal journal;
  private final ShardLoop loop;
  private final @Nullable ShardThread thread;
  private final ShardLoadedIds ids;
  private volatile String readOnly = "";
  private volatile boolean draining;
  private volatile boolean logFailed;
  private volatile boolean storeFailed;
  private boolean closed;
  private final SnapshotSchedule schedule;
  private final Object applying = new Object();
  private int half; // entries that were begun and did not end well; under applying
  private volatile @Nullable LogPosition unsynced;
  private volatile Consumer<String> leftBehind = leader -> {};

  /**
   * A shard that its caller steps, for the simulator; or, with {@link #threaded}, one that runs by
   * itself.
   */
  public Shard(
      int number, ShardParts parts, SnapshotTaker snapshots, ShardParts.JournalMaker journals) {
    this(number, parts, new Driving(snapshots, journals, null));
  }

  private record Driving(
      SnapshotTaker snapshots, ShardParts.JournalMaker journals, @Nullable ShardThread thread) {}

  private Shard(int number, ShardParts parts, Driving driving) {
    this.number = number;
    this.parts = parts;
    this.snapshots = driving.snapshots;
    this.thread = driving.thread;
    this.journal = driving.journals.make(this);
    this.loop =
        new ShardLoop(
            number, parts, journal, driving.thread == null ? UserCode.INLINE : driving.thread);
    this.loop.wakenBy(this::wake);
    this.ids = new ShardLoadedIds(parts, loop);
    this.schedule = new SnapshotSchedule(parts.limits(), parts.clock(), snapshots);
  }

  /** A shard with a thread of its own. */
  public static Shard threaded(
      int number, ShardParts parts, SnapshotTaker snapshots, ShardParts.JournalMaker journals) {
    ShardThread thread =
        new ShardThread("shard-" + number, parts.clock(), parts.limits().decideTimeMax().toNanos());
    return new Shard(number, parts, new Driving(snapshots, journals, thread));
  }

  /** Snapshots as directories beside a store. */
  public static SnapshotTaker snapshots(Snapshots files, StateStore store, int shard) {
    return new FileSnapshots(files, store, shard);
  }

  /** Begins: reads which operations are known, opens the journal, takes part in elections. */
  public void start() {
    ShardThread driver = thread;
    if (driver == null) {
      ids.readNow();
    } else {
      ids.read(ShardLoadedIds::onOwnThread);
      driver.start(loop);
    }
    journal.start();
  }

  /** Begins like {@link #start}, and always reads the known operations beside the work. */
  public void start(Executor beside) {
    ids.readBeside(beside);
    journal.start();
  }

  /**
   * Takes a command.
   *
   * @param operationId the caller's, or one assigned to it
   */
  public Submitted submit(EntityCommand command, String operationId) {
    return taken(new Pending(command, operationId));
  }

  /** Takes a command that may have been executed already: its record is looked for. */
  public Submitted submitAgain(EntityCommand command, String operationId) {
    Pending pending = new Pending(command, operationId);
    pending.giveBack();
    return taken(pending);
  }

  /** The node that leads in place of this one; null if none is known, or this one leads. */
  public @Nullable String otherLeader() {
    return loop.role() == ShardLoop.Role.LEADING ? null : journal.otherLeader();
  }

  /** True if this replica takes commands now. */
  public boolean leads() {
    return loop.role() == ShardLoop.Role.LEADING;
  }

  /** Takes a command for a caller that asks for its outcome now and then. */
  public Asked<Outcome> ask(EntityCommand command, String operationId) {
    return taken(new Pending(command, operationId))::poll;
  }

  /** Takes a step of a move of slots; an answer that is done has the offset of a change. */
  public MoveRequest move(MoveStep step, CallContext context) {
    return taken(new MoveRequest(step, context));
  }

  private <R extends Request> R taken(R request) {
    // Only of who leads is it the answer: another may lead soon.
    if (!readOnly.isEmpty() && leads()) {
      refuse(request, ProblemCode.READ_ONLY, readOnly);
      return request;
    }
    return offered(request);
  }

  private <R extends Request> R offered(R request) {
    if (!refused(request)) {
      offer(request);
    }
    return request;
  }

  /** A linearizable read's answer and the state that goes with it. */
  public record StateAnswer(Outcome answer, @Nullable Object state) {}

  /** Reads the applied state once leadership is confirmed. */
  public StateAnswer read(EntityAddress address, CallContext context) {
    StateRequest read = offered(new StateRequest(address, context, false));
    Outcome answer = read.await();
    return new StateAnswer(answer, read.state());
  }

  /** Reads for a caller that asks for the answer now and then. */
  public Asked<StateAnswer> ask(EntityAddress address, CallContext context) {
    StateRequest read = offered(new StateRequest(address, context, false));
    return () -> {
      Outcome answer = read.poll();
      return answer == null ? null : new StateAnswer(answer, read.state());
    };
  }

  /** Waits until what is applied here is all that was acknowledged anywhere. */
  public Outcome barrier(EntityAddress address, CallContext context) {
    StateRequest read = offered(new StateRequest(address, context, true));
    return read.await();
  }

  /** What became of an operation. */
  public OperationStatus operation(EntityAddress address, String operationId, CallContext context) {
    OperationRequest asked = offered(new OperationRequest(address, operationId, context));
    return asked.await() instanceof Outcome.Failed failed
        ? new OperationStatus.Failed(failed)
        : asked.status();
  }

  private void offer(Request request) {
    Outcome.Failed full = loop.offer(request);
    if (full != null) {
      loop.counters().failed();
      request.finish(full);
      return;
    }
    wake();
    if (loop.role() == ShardLoop.Role.STOPPED) {
      loop.refuseWaiting("the shard stopped: " + loop.standing().stoppedBecause());
    }
  }

  private boolean refused(Request request) {
    if (draining && !request.finishes()) {
      refuse(request, ProblemCode.DRAINING, "the node is stopping");
      return true;
    }
    ShardLoop.Role role = loop.role();
    if (role == ShardLoop.Role.STOPPED) {
      refuse(
          request, ProblemCode.NO_LEADER, "the shard stopped: " + loop.standing().stoppedBecause());
      return true;
    }
    String leader = role == ShardLoop.Role.FOLLOWING ? journal.otherLeader() : null;
    if (leader != null) {
      refuse(request, ProblemCode.NO_LEADER, "node " + leader + " leads shard " + number);
      return true;
    }
    if (role != ShardLoop.Role.LEADING && loop.standing().forLongerThan(NO_LEADER_AFTER_NS)) {
      refuse(request, ProblemCode.NO_LEADER, "shard " + number + " has no leader");
      return true;
    }
    return false;
  }

  private void refuse(Request request, ProblemCode code, String detail) {
    loop.counters().failed();
    request.finish(Outcome.Failed.retry(code, detail, RETRY_AFTER_MS));
  }

  private void wake() {
    if (thread != null) {
      thread.wake();
    }
  }

  private void signal(Runnable signal) {
    loop.signal(signal);
    wake();
  }

  // ---- the journal drives ----

  @Override
  public LogPosition applied() {
    return parts.state().storedUpTo();
  }

  @Override
  public LogPosition snapshot() {
    LogPosition early = unsynced;
    return early == null ? snapshots.newest() : early;
  }

  @Override
  public void apply(LogPosition position, ByteBuffer buffer) {
    byte[] entry = new byte[buffer.remaining()];
    buffer.get(entry);
    try {
      AppliedEntry applied;
      synchronized (applying) {
        boolean snapshot = schedule.due(entry.length);
        half++;
        applied = parts.state().apply(position, entry, snapshot);
        half--;
        if (applied == null) {
          return;
        }
        schedule.applied(applied.fence());
        if (snapshot && parts.state().stored(position)) {
          take(position);
          if (parts.has(PlantedBug.SNAPSHOT_BEFORE_SYNC)) {
            unsynced = position;
            journal.snapshotTaken();
          }
        }
      }
      Batch batch = loop.batch(applied.fence());
      loop.signal(() -> loop.applied(applied, batch));
      if (batch != null || applied.fence().sequence() == 0) {
        wake(); // nobody waits for any other entry, and a replay has very many
      }
      if (batch != null) {
        batch.answer();
      }
    } catch (Throwable e) {
      LOG.error("shard {} cannot apply the entry at {}", number, position, e);
      storeFailed |= e instanceof UncheckedIOException;
      signal(() -> loop.stop("an entry cannot be applied: " + e.getMessage()));
      throw e;
    }
  }

  private void take(LogPosition position) {
    schedule.begun();
    snapshots.take(position, journal::snapshotTaken);
  }

  /**
   * Copies the store exactly as it is at a position: a snapshot's files may be ahead. Any thread.
   *
   * @param flushed the newest snapshot must have come so far, so that the copy is short
   * @param failed how many snapshots had failed: after one more, none is taken for this copy
   * @return what it stands on; null if a snapshot is taken first, and this is to be asked again, or
   *     if the node or the shard stops
   */
  public ShardState.@Nullable Sealed copyTo(Path directory, long flushed, long failed) {
    synchronized (applying) {
      // A failure is counted before the next snapshot can be taken.
      boolean cannot = draining || half > 0 || snapshots.busy() || snapshots.failed() > failed;
      ShardState.Sealed sealed = cannot ? null : parts.state().seal();
      if (sealed != null && snapshots.newest().index() < flushed) {
        take(sealed.position());
        return null;
      }
      if (sealed != null) {
        store().copyTo(directory);
      }
      return sealed;
    }
  }

  /** How many snapshots could not be taken since the start. */
  public long snapshotsFailed() {
    return snapshots.failed();
  }

  @Override
  public void skip(LogPosition position) {
    // The engine's own entries change no fact, also when they come again after a restart.
  }

  @Override
  public void leading(long term) {
    signal(() -> loop.leading(term));
  }

  @Override
  public void following(long term) {
    signal(() -> loop.following(term));
  }

  @Override
  public void appendFailed(long term, Throwable cause) {
    LOG.warn("shard {}: an append failed: {}", number, String.valueOf(cause.getMessage()));
    signal(() -> loop.appendFailed(term));
  }

  @Override
  public void logFailed(Throwable cause) {
    LOG.error("shard {}: the log cannot be written", number, cause);
    logFailed = true;
  }

  @Override
  public void left(String leader, long firstIndex) {
    leftBehind.accept(leader);
  }

  /** Told, again and again, when this replica needs a snapshot of the given node to go on. */
  public void onLeftBehind(Consumer<String> told) {
    leftBehind = told;
  }

  @Override
  public void snapshotWanted() {
    schedule.want();
  }

  /** One step, for a simulator. */
  public boolean step() {
    return loop.step();
  }

  /** Ends waits whose deadline has passed, and takes the shard from user code that overran. */
  public void watch() {
    loop.sweep(parts.clock().monotonicNs());
    if (thread != null) {
      thread.watch();
    }
  }

  /** Serves no more, for a reason. */
  public void fence(String reason) {
    signal(() -> loop.stop(reason));
  }

  /** Refuses writes for a reason; an empty one allows them again. */
  public void readOnly(String reason) {
    readOnly = reason;
  }

  /** True if the journal must be started anew, and the shard can write again then. */
  public boolean logFailed() {
    return logFailed && !storeFailed && loop.role() != ShardLoop.Role.STOPPED;
  }

  /** True if it stopped because its disk failed it; opened anew from there, it may go on. */
  public boolean storeFailed() {
    return storeFailed;
  }

  /** Starts the journal anew after its log had failed, unless the shard was closed meanwhile. */
  public void restartJournal() {
    synchronized (journal) {
      if (!closed) {
        logFailed = false;
        try {
          journal.start();
        } catch (RuntimeException e) {
          logFailed = true;
          throw e;
        }
      }
    }
  }

  /** Takes no new requests. */
  public void drain() {
    draining = true;
  }

  /** True if nothing is waiting or in flight. */
  public boolean idle() {
    return loop.idle();
  }

  public HistoryStore store() {
    return parts.state().store();
  }

  /** Which slots it owns, as applied here. */
  public SlotTable slots() {
    return parts.state().slots();
  }

  public ShardParts parts() {
    return parts;
  }

  public int number() {
    return number;
  }

  public NodeHealth.Shard health() {
    return report().health(draining, otherLeader() != null, readOnly);
  }

  /** How often its thread has turned; stands still when the thread hangs or has ended. */
  public long turns() {
    return thread == null ? 0 : thread.turns();
  }

  /** How long what waits has to wait. Reads nothing from disk. */
  public long queueDelayNs() {
    return loop.intake().delayNs();
  }

  public ShardFigures figures() {
    return report().figures(journal.status(), snapshots);
  }

  /** Counts of states that are rarely reached, by name, for the simulator. */
  public Map<String, Long> rareStates() {
    return report().rareStates();
  }

  private ShardReport report() {
    return new ShardReport(number, parts, loop);
  }

  /** Stops in the order in which nothing is asked of what is gone. Not yet durable work is lost. */
  @Override
  public void close() {
    draining = true;
    synchronized (journal) {
      closed = true;
      journal.close();
    }
    signal(() -> loop.stop("the node was closed"));
    if (thread != null) {
      thread.stop();
    }
    loop.step();
    loop.stop("the node was closed");
    snapshots.close();
    synchronized (applying) {
      parts.state().store().close();
    }
  }
}
