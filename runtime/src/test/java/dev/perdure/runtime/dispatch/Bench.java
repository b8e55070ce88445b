package dev.perdure.runtime.dispatch;

import dev.perdure.api.Entity;
import dev.perdure.api.Queue;
import dev.perdure.api.Service;
import dev.perdure.kernel.Clock;
import dev.perdure.kernel.Entropy;
import dev.perdure.runtime.Build;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.Queues.Wanted;
import dev.perdure.runtime.Sagas;
import dev.perdure.runtime.queue.MessageEntity;
import dev.perdure.runtime.queue.MessageEvent;
import dev.perdure.runtime.queue.MessageState;
import dev.perdure.runtime.queue.QueueMessages;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.type.TypeRegistry;
import dev.perdure.runtime.wake.Wakes;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A dispatcher without a node: tests tell it what shards' loops would. */
final class Bench {

  static final Queue WORK = Queue.named("work");

  final AtomicLong now = new AtomicLong();
  final Dispatcher dispatcher;
  final QueueParts parts;
  Others others = Others.NONE;

  /** What becomes of a command that is submitted. */
  Function<EntityCommand, Entities.Waiting> commands =
      command -> {
        throw new IllegalStateException("nothing is to be submitted");
      };

  /** What a read gives. */
  Function<EntityAddress, Outcome> reads =
      address -> {
        throw new IllegalStateException("nothing is to be read");
      };

  /** The shard of an entity, null if it is not led here. */
  Function<EntityAddress, @Nullable Shard> shards = address -> null;

  Bench(Queue queue, int shardCount) {
    parts =
        new QueueParts(
            new QueueParts.Core(
                new TypeRegistry(List.of(new Shop(queue))),
                entities(),
                none(Sagas.class),
                new Wakes(shard -> null),
                clock(),
                Entropy.seeded(7)),
            address -> shards.apply(address),
            () -> java.util.stream.IntStream.range(0, shardCount).boxed().toList(),
            () -> Build.WAKES,
            others(),
            Set.of());
    dispatcher = new Dispatcher(parts);
  }

  private Others others() {
    return new Others() {
      @Override
      public List<String> leaders() {
        return others.leaders();
      }

      @Override
      public byte[] ask(String node, byte[] question, Duration timeout) throws java.io.IOException {
        return others.ask(node, question, timeout);
      }
    };
  }

  private record Shop(Queue queue) implements Service {
    @Override
    public String name() {
      return "shop";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Entity<?, ?, ?>> entities() {
      return List.of();
    }

    @Override
    public List<Queue> queues() {
      return List.of(queue);
    }
  }

  private Clock clock() {
    return new Clock() {
      @Override
      public long wallMicros() {
        return now.get() / 1000;
      }

      @Override
      public long monotonicNs() {
        return now.get();
      }
    };
  }

  private Entities entities() {
    Entities rest = none(Entities.class);
    return new Entities() {
      @Override
      public Waiting submit(EntityCommand command) {
        return commands.apply(command);
      }

      @Override
      public Outcome read(EntityAddress address, CallContext context, boolean stale) {
        return reads.apply(address);
      }

      @Override
      public dev.perdure.runtime.History history(EntityAddress address, long after, int limit) {
        return rest.history(address, after, limit);
      }

      @Override
      public dev.perdure.runtime.OperationStatus operation(
          EntityAddress address, String operationId, CallContext context) {
        return rest.operation(address, operationId, context);
      }
    };
  }

  private static <T> T none(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              throw new IllegalStateException(method.getName() + " is not to be called");
            }));
  }

  void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  static EntityAddress message(String id) {
    return QueueMessages.of("t", "work", id);
  }

  static Wanted wanted(int messages) {
    return new Wanted("work", null, messages, null, "w", Duration.ZERO);
  }

  CallContext context() {
    return new CallContext("tester", "", now.get() + 30_000_000_000L);
  }

  /** A message as it stands after these events. */
  static MessageState after(MessageEvent... events) {
    MessageEntity entity = new MessageEntity();
    MessageState state = entity.initial();
    for (MessageEvent event : events) {
      state = entity.evolve(state, event);
    }
    return state;
  }

  static final MessageEvent SENT = new MessageEvent.Sent("{}", 3, 0, null, 0);
  static final MessageEvent LEASED = new MessageEvent.Leased("token", 30_000_000, "w", 0);
  static final MessageEvent ACKED = new MessageEvent.Acked(null, 0);

  /** A shard's loop decides something about a message, which is so then. */
  void decides(int shard, String id, MessageEvent... events) {
    dispatcher.decided(shard, message(id), events.length, after(events));
  }

  /** Ready, delayed, leased, dead, of all shards. */
  String counts() {
    long[] sum = new long[4];
    dispatcher
        .figures()
        .forEach(
            one -> {
              sum[0] += one.now().ready();
              sum[1] += one.now().delayed();
              sum[2] += one.now().leased();
              sum[3] += one.now().dead();
            });
    return sum[0] + " " + sum[1] + " " + sum[2] + " " + sum[3];
  }
}
