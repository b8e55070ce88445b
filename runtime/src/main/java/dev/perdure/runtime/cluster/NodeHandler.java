package dev.perdure.runtime.cluster;

import dev.perdure.journal.Membership;
import dev.perdure.journal.link.Caller;
import dev.perdure.journal.link.LinkHandler;
import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.Build;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.SlotTable;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.shard.Submitted;
import dev.perdure.runtime.store.Snapshots;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.TypeRegistry;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/** Answers what other nodes ask of this one. Thread-safe. */
public final class NodeHandler implements LinkHandler {

  private static final Logger LOG = LoggerFactory.getLogger(NodeHandler.class);

  /** Less than whoever asks waits for an answer. */
  private static final long CONFIRM_MAX_MS = 1_500;

  private final Parts parts;
  private final SnapshotSource snapshots;
  private final SlotSource slots;
  private volatile @Nullable Function<ByteReader, byte[]> queues;

  /**
   * What it answers from.
   *
   * @param here the door to what this node holds
   * @param types the services' and the system's
   */
  public record Parts(
      Router.Parts routing, Replicas replicas, Entities here, List<TypeRegistry> types) {}

  public NodeHandler(Parts parts) {
    this.parts = parts;
    this.slots = new SlotSource(parts.replicas, parts.routing.clock());
    this.snapshots = new SnapshotSource(parts.routing.clock(), parts.routing.entropy());
  }

  /** The answer of a node that cannot take requests yet. */
  public static byte[] starting() {
    return Messages.answer(
        Outcome.Failed.retry(ProblemCode.NO_LEADER, "the node is starting", 500), null, null);
  }

  private long now() {
    return parts.routing.clock().monotonicNs();
  }

  @Override
  public void receive(Caller caller, byte[] message, Consumer<byte[]> reply) {
    try {
      take(message, reply);
    } catch (RuntimeException e) {
      LOG.warn("a message of node {} could not be read", caller.node(), e);
      reply.accept(
          Messages.answer(
              Outcome.Failed.of(ProblemCode.INTERNAL, "the leader could not read the message"),
              null,
              null));
    }
  }

  private void take(byte[] message, Consumer<byte[]> reply) {
    ByteReader in = new ByteReader(message, "message of another node");
    int kind = in.u8();
    if (kind != Messages.COMMAND) {
      reply.accept(
          Messages.answer(
              Outcome.Failed.of(ProblemCode.INTERNAL, "message of kind " + kind + " is not known"),
              null,
              null));
      return;
    }
    Messages.Travelling command = Messages.command(in, now());
    int number = parts.routing.view().shardOf(command.address());
    Shard shard = parts.replicas.get(number);
    if (shard == null) {
      reply.accept(Messages.answer(nothingHere(number), leader(number), null));
      return;
    }
    Object read = read(command);
    if (read instanceof Outcome.Failed unreadable) {
      reply.accept(Messages.answer(unreadable, null, null));
      return;
    }
    // Handed over here, so that commands keep their order; answered by whoever makes the answer.
    EntityCommand ready = (EntityCommand) read;
    Submitted submitted =
        // An assigned id is looked for, too: this may be the slower of two copies.
        command.flags().again() || !command.flags().keyed()
            ? shard.submitAgain(ready, command.operationId())
            : shard.submit(ready, command.operationId());
    submitted.then(
        outcome ->
            reply.accept(Messages.answer(outcome, leader(number), went(shard, ready.address()))));
  }

  /** Where an entity's slot went from a shard; null if it is there. */
  private ClusterView.@Nullable Went went(@Nullable Shard shard, EntityAddress address) {
    if (shard == null || shard.slots().owns(address.slot())) {
      return null;
    }
    parts.routing.view().look(parts.replicas.all());
    return ClusterView.went(shard.number(), shard.slots().of(address.slot()));
  }

  /** The command, or why this node's code cannot read it. */
  private Object read(Messages.Travelling command) {
    EntityModel model = model(command.address());
    if (model == null || !model.hasCommand(command.command())) {
      return Outcome.Failed.of(
          ProblemCode.UNKNOWN_COMMAND,
          "the leader's code has no '" + command.address().type() + "." + command.command() + "'");
    }
    try {
      return new EntityCommand(
          command.address(),
          model.body(command.command(), command.json()),
          command.flags().keyed() ? command.operationId() : null,
          command.precondition(),
          command.context());
    } catch (JacksonException e) {
      return Outcome.Failed.of(ProblemCode.MALFORMED_REQUEST, "the body is not JSON");
    }
  }

  private @Nullable EntityModel model(EntityAddress address) {
    for (TypeRegistry types : parts.types) {
      EntityModel model = types.stored(address.type());
      if (model != null) {
        return model;
      }
    }
    return null;
  }

  private static Outcome.Failed nothingHere(int number) {
    return Outcome.Failed.retry(
        ProblemCode.NO_LEADER, "this node holds no replica of shard " + number, 1000);
  }

  /** Who leads a shard in place of this node; null if it does, or nobody is known to. */
  private @Nullable String leader(int number) {
    Shard shard = parts.replicas.get(number);
    return shard == null ? parts.routing.view().leader(number) : shard.otherLeader();
  }

  @Override
  public byte[] answer(Caller caller, byte[] question) throws IOException {
    ByteReader in = new ByteReader(question, "question of another node");
    int kind = in.u8();
    return switch (kind) {
      case Messages.READ -> {
        EntityAddress address = Messages.address(in);
        boolean stale = in.u8() == 1;
        yield answered(
            address,
            out ->
                Messages.outcome(out, parts.here.read(address, Messages.context(in, now()), stale)),
            out -> Messages.outcome(out, nothingHere(parts.routing.view().shardOf(address))));
      }
      case Messages.HISTORY -> {
        EntityAddress address = Messages.address(in);
        yield answered(
            address,
            out -> Pages.history(out, parts.here.history(address, in.varint(), (int) in.varint())),
            out -> Pages.history(out, failedHistory(address)));
      }
      case Messages.OPERATION -> {
        EntityAddress address = Messages.address(in);
        yield answered(
            address,
            out ->
                Pages.status(
                    out, parts.here.operation(address, in.text(), Messages.context(in, now()))),
            out -> Pages.status(out, failedStatus(address)));
      }
      case Messages.MAP -> MapMessage.of(parts.routing.view(), in.varint());
      case Messages.MEMBERS -> belongs((int) in.varint(), caller.node());
      case Messages.HOST -> done(() -> parts.replicas.host((int) in.varint(), in.text()));
      case Messages.SNAPSHOT ->
          snapshot((int) in.varint(), in.remaining() > 0 && in.u8() == SnapshotCopy.COMPARED);
      case Messages.CHUNK -> snapshots.piece(in);
      case Messages.BACKUP -> backup((int) in.varint());
      case Messages.FREEZE -> slots(in, SlotTable.Status.GONE);
      case Messages.KEEP -> slots(in, SlotTable.Status.KEPT);
      case Messages.PAGE -> slots.page(in);
      case Messages.INDEX -> Freshness.answer(parts.replicas.get((int) in.varint()), now());
      case Messages.QUEUE -> queue(in);
      case Messages.STATUS -> StatusMessage.here(parts.routing, parts.replicas).toBytes();
      default -> throw new IOException("question of kind " + kind + " is not known");
    };
  }

  /** Who answers what is asked of queues. */
  public void answerQueues(Function<ByteReader, byte[]> answers) {
    queues = answers;
  }

  private byte[] queue(ByteReader in) throws IOException {
    Function<ByteReader, byte[]> answers = queues;
    if (answers == null) {
      throw new IOException("the node is starting");
    }
    return answers.apply(in);
  }

  private byte[] slots(ByteReader in, SlotTable.Status status) throws IOException {
    if (parts.routing.level().now() < Build.SLOTS_MOVE) {
      throw new IOException("the level at which slots move is not in force here yet");
    }
    return slots.change(in, status);
  }

  private interface Doing {
    void run() throws IOException;
  }

  private static byte[] done(Doing doing) throws IOException {
    doing.run();
    return new byte[0];
  }

  private dev.perdure.runtime.History failedHistory(EntityAddress address) {
    return new dev.perdure.runtime.History.Failed(
        nothingHere(parts.routing.view().shardOf(address)));
  }

  private dev.perdure.runtime.OperationStatus failedStatus(EntityAddress address) {
    return new dev.perdure.runtime.OperationStatus.Failed(
        nothingHere(parts.routing.view().shardOf(address)));
  }

  private byte[] answered(
      EntityAddress address, Consumer<ByteWriter> held, Consumer<ByteWriter> notHeld) {
    int number = parts.routing.view().shardOf(address);
    ByteWriter body = new ByteWriter(256);
    Shard shard = parts.replicas.get(number);
    (shard == null ? notHeld : held).accept(body);
    String leader = leader(number);
    Messages.went(body, went(shard, address));
    ByteWriter out = new ByteWriter(64 + body.size());
    return out.text(leader == null ? "" : leader).raw(body.toBytes()).toBytes();
  }

  /**
   * Whether a node belongs to a shard that this node leads, or is to: anybody else may be wrong
   * about it, and so may be who has just been told to hold a replica and has an older map. A quorum
   * is asked first: who only believes to lead could make a member erase its replica.
   */
  private byte[] belongs(int number, String node) throws IOException {
    Membership membership = held(number);
    confirm(number, membership);
    boolean belongs =
        membership.members().stream().anyMatch(member -> member.node().equals(node))
            || parts.routing.view().map().replicasOf(number).contains(node);
    return new byte[] {(byte) (belongs ? 1 : 0)};
  }

  private Membership held(int number) throws IOException {
    Membership membership = parts.replicas.membership(number);
    if (membership == null) {
      throw new IOException("this node holds no replica of shard " + number);
    }
    return membership;
  }

  /** The term in which this node leads a shard, as a quorum has just confirmed. */
  private static long confirm(int number, Membership membership) throws IOException {
    try {
      return membership.confirm().toCompletableFuture().get(CONFIRM_MAX_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("no quorum confirmed that this node leads shard " + number, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the node is stopping", e);
    }
  }

  /**
   * Only from the leader: its term and its members are the newest, and its log goes on from it. Who
   * compares the snapshot with its own log, and so forgets nothing by it, has it from whoever was
   * elected: that leader may need the one that asks for a quorum, and could wait for ever.
   */
  private byte[] snapshot(int number, boolean compared) throws IOException {
    Membership membership = held(number);
    long term = compared ? membership.electedTerm() : confirm(number, membership);
    if (term < 0) {
      throw new IOException("this node does not lead shard " + number);
    }
    ByteWriter out = new ByteWriter(1024);
    out.varint(term).text(parts.routing.self());
    out.blob(parts.replicas.configuration(number));
    Optional<Snapshots.Kept> kept = parts.replicas.keep(number, !compared);
    if (kept.isPresent()) {
      long next = kept.get().snapshot().index() + 1;
      snapshots.begin(kept.get(), () -> parts.replicas.keepLog(number, next), out);
    }
    return out.toBytes();
  }

  private byte[] backup(int number) throws IOException {
    Replicas.Copied copied = parts.replicas.copy(number);
    ByteWriter out = new ByteWriter(64 * 1024);
    out.text(parts.routing.self()).blob(copied.totals());
    snapshots.begin(copied.kept(), () -> {}, out); // it needs nothing of the log
    return out.toBytes();
  }

  /** Ends copies that were given up. */
  void sweep() {
    snapshots.sweep();
  }
}
