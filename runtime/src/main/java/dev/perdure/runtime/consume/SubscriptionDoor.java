package dev.perdure.runtime.consume;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.SubscriptionFigures;
import dev.perdure.runtime.Subscriptions;
import dev.perdure.runtime.subscription.SubscriptionCommand;
import dev.perdure.runtime.type.SubscriptionModel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The door to all subscriptions, on any node. Thread-safe. */
public final class SubscriptionDoor implements Subscriptions {

  private final ConsumeParts parts;
  private final Consumers consumers;
  private final Records records;

  public SubscriptionDoor(ConsumeParts parts, Consumers consumers) {
    this.parts = parts;
    this.consumers = consumers;
    this.records = new Records(parts);
  }

  @Override
  public List<String> names() {
    return parts.types().subscriptions().stream().map(SubscriptionModel::name).toList();
  }

  @Override
  public Answer get(String name, CallContext context) {
    SubscriptionModel model = parts.types().subscription(name);
    return model == null ? unknown(name) : seen(model);
  }

  private static Answer unknown(String name) {
    return new Answer.Failed(
        Outcome.Failed.of(ProblemCode.UNKNOWN_TYPE, "no subscription '" + name + "'"));
  }

  private Answer seen(SubscriptionModel model) {
    List<SubscriptionFigures> running = consumers.figures();
    List<InShard> shards = new ArrayList<>();
    for (int shard : parts.numbers().get()) {
      SubscriptionFigures.Of of = new SubscriptionFigures.Of(model.name(), shard);
      SubscriptionFigures figures =
          running.stream().filter(one -> one.of().equals(of)).findFirst().orElse(null);
      shards.add(new InShard(shard, records.read(model.name(), shard).state(), figures));
    }
    return new Answer.Seen(new View(model.name(), model.entity().name(), model.reacts(), shards));
  }

  @Override
  public Answer pause(String name, String reason, CallContext context) {
    return everywhere(name, context, shard -> new SubscriptionCommand.Pause(reason));
  }

  @Override
  public Answer resume(String name, CallContext context) {
    return everywhere(name, context, shard -> new SubscriptionCommand.Resume());
  }

  @Override
  public Answer rewind(String name, To to, String reason, CallContext context) {
    return everywhere(
        name,
        context,
        shard ->
            switch (to) {
              case To.Beginning ignored -> new SubscriptionCommand.Rewind(-1, 1, reason);
              case To.Time time ->
                  new SubscriptionCommand.Rewind(-1, Math.max(1, time.micros()), reason);
              case To.Position at ->
                  at.position().offsets().containsKey(shard)
                      ? new SubscriptionCommand.Rewind(at.position().of(shard), 1, reason)
                      : null;
            });
  }

  @Override
  public Answer replay(String name, @Nullable String letter, CallContext context) {
    return letter(name, letter, context, new SubscriptionCommand.Replay(letter));
  }

  @Override
  public Answer discard(String name, @Nullable String letter, String reason, CallContext context) {
    return letter(name, letter, context, new SubscriptionCommand.Discard(letter, reason));
  }

  /** One that is named is in one shard; the others reject it. */
  private Answer letter(
      String name, @Nullable String letter, CallContext context, SubscriptionCommand command) {
    if (letter == null) {
      return everywhere(name, context, shard -> command);
    }
    SubscriptionModel model = parts.types().subscription(name);
    if (model == null) {
      return unknown(name);
    }
    for (int shard : parts.numbers().get()) {
      Outcome outcome = records.send(name, shard, command, context.principal());
      if (outcome instanceof Outcome.Failed failed) {
        return new Answer.Failed(failed);
      }
      if (outcome instanceof Outcome.Done) {
        consumers.poke(name);
        return seen(model);
      }
    }
    return new Answer.Failed(
        Outcome.Failed.of(
            ProblemCode.NOT_FOUND, "subscription '" + name + "' has no dead letter " + letter));
  }

  /** Sends a command to all shards; what failed in one is to be repeated, which is harmless. */
  private Answer everywhere(
      String name, CallContext context, IntFunction<@Nullable SubscriptionCommand> command) {
    SubscriptionModel model = parts.types().subscription(name);
    if (model == null) {
      return unknown(name);
    }
    for (int shard : parts.numbers().get()) {
      SubscriptionCommand one = command.apply(shard);
      if (one != null
          && records.send(name, shard, one, context.principal()) instanceof Outcome.Failed failed) {
        return new Answer.Failed(failed);
      }
    }
    consumers.poke(name);
    return seen(model);
  }
}
