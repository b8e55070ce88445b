package dev.perdure.runtime.cluster;

import dev.perdure.api.Decision;
import dev.perdure.runtime.Build;
import dev.perdure.runtime.cluster.ClusterCommand.Arrive;
import dev.perdure.runtime.cluster.ClusterCommand.Fail;
import dev.perdure.runtime.cluster.ClusterCommand.Stay;
import dev.perdure.runtime.cluster.ClusterEvent.Arrived;
import dev.perdure.runtime.cluster.ClusterEvent.MoveBegun;
import dev.perdure.runtime.cluster.ClusterEvent.MoveEnding;
import dev.perdure.runtime.cluster.ClusterEvent.Settled;
import dev.perdure.runtime.cluster.ClusterEvent.ShardAdded;
import dev.perdure.runtime.cluster.ClusterEvent.ShardRemoved;
import dev.perdure.runtime.cluster.ClusterEvent.Stayed;
import dev.perdure.runtime.cluster.ClusterMap.Placement;
import dev.perdure.runtime.cluster.ClusterMap.Slots;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.SlotSet;
import dev.perdure.runtime.shard.Shard;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The rules of the cluster's map for slots on their way. A slot is the old shard's until it has
 * arrived, and no slot is part of two moves.
 */
final class SlotMoves {

  private static final int MOVES_MAX = 8;
  private static final int ENDED_KEPT = 8;
  private static final String CANCELLED = "an operator called it back";

  private SlotMoves() {}

  static Decision<ClusterEvent> split(ClusterMap map, int shard) {
    if (map.level() < Build.SLOTS_MOVE) {
      return tooLow(map);
    }
    Placement of = map.shard(shard).orElse(null);
    if (of == null || !of.settled()) {
      return unknown(shard);
    }
    SlotSet moving = moving(map);
    SlotSet free = Slots.set(of.slots()).only(slot -> !moving.has(slot));
    if (free.count() < 2) {
      return Decision.reject("too-few-slots", "Shard " + shard + " has no slots to give away.");
    }
    // A number is never used again: somebody may have begun a log for it.
    int last = map.shards().stream().mapToInt(Placement::shard).max().orElse(0);
    int added = Math.max(last, map.lastShard()) + 1;
    if (added >= EntityAddress.SLOTS) {
      return Decision.reject("too-many-shards", "There are no numbers left for further shards.");
    }
    SlotSet stay = free.atMost(free.count() - free.count() / 2);
    SlotSet half = free.only(slot -> !stay.has(slot));
    return full(map)
        .orElseGet(
            () ->
                Decision.accept(
                    List.of(
                        new ShardAdded(added, of.replicas(), of.replicas().getFirst()),
                        new MoveBegun(map.lastMove() + 1, Slots.ranges(half), shard, added)),
                    null));
  }

  private static Decision<ClusterEvent> tooLow(ClusterMap map) {
    return Decision.reject(
        "level-too-low",
        "Slots move from level "
            + Build.SLOTS_MOVE
            + " on, the cluster is at level "
            + map.level()
            + "; run `perdure cluster finalize` when every node runs this build.");
  }

  static Decision<ClusterEvent> move(ClusterMap map, SlotSet slots, int to) {
    if (map.level() < Build.SLOTS_MOVE) {
      return tooLow(map);
    }
    if (map.shard(to).filter(Placement::settled).isEmpty()) {
      return unknown(to);
    }
    if (slots.isEmpty()) {
      return Decision.reject("bad-slots", "Slots are numbers from 0 to 4095, lower one first.");
    }
    SlotSet moving = slots.only(moving(map)::has);
    if (!moving.isEmpty()) {
      return Decision.reject("moving", "Slots " + moving + " are being moved already.");
    }
    int[] of = map.shardOfSlots();
    int from = of[slots.first()];
    if (from == to || !slots.all(slot -> of[slot] == from)) {
      return Decision.reject(
          "bad-slots", "Slots " + slots + " are not all of one shard other than " + to + ".");
    }
    return full(map)
        .orElseGet(
            () ->
                Decision.accept(
                    new MoveBegun(map.lastMove() + 1, Slots.ranges(slots), from, to), null));
  }

  private static Optional<Decision<ClusterEvent>> full(ClusterMap map) {
    return map.moves().size() < MOVES_MAX
        ? Optional.empty()
        : Optional.of(
            Decision.reject(
                "too-many-moves",
                "There are " + MOVES_MAX + " moves under way, which is the limit."));
  }

  private static SlotSet moving(ClusterMap map) {
    return Slots.set(map.moves().stream().flatMap(move -> move.slots().stream()).toList());
  }

  private static Decision<ClusterEvent> unknown(int shard) {
    return Decision.reject("unknown-shard", "There is no shard " + shard + " that has begun.");
  }

  static Decision<ClusterEvent> arrive(ClusterMap map, Arrive arrive) {
    ClusterMap.Move move = map.move(arrive.move()).orElse(null);
    if (move == null) {
      return Decision.answer(null);
    }
    SlotSet waiting = Slots.set(move.slots());
    SlotSet there = Slots.set(arrive.slots()).only(waiting::has);
    return there.isEmpty()
        ? Decision.answer(null)
        : Decision.accept(new Arrived(move.id(), Slots.ranges(there)), null);
  }

  static Decision<ClusterEvent> cancel(ClusterMap map, long id) {
    ClusterMap.Move move = map.move(id).orElse(null);
    if (move == null) {
      return map.ended().stream().anyMatch(one -> one.id() == id)
          ? Decision.answer(null)
          : Decision.reject("unknown-move", "No move " + id + " is under way.");
    }
    if (map.shard(move.to()).filter(Placement::settled).isPresent()) {
      return move.ends()
          ? Decision.answer(null)
          : Decision.accept(new MoveEnding(id, CANCELLED), null);
    }
    // Nothing goes to a shard that has not begun, whoever believes to be its leader.
    return Decision.accept(
        List.of(
            new MoveEnding(id, CANCELLED),
            new Stayed(id, move.slots()),
            new ShardRemoved(move.to())),
        null);
  }

  static Decision<ClusterEvent> fail(ClusterMap map, Fail fail) {
    return map.move(fail.move()).filter(one -> !one.ends()).isPresent()
        ? Decision.accept(new MoveEnding(fail.move(), fail.why()), null)
        : Decision.answer(null);
  }

  static Decision<ClusterEvent> stay(ClusterMap map, Stay stay) {
    ClusterMap.Move move = map.move(stay.move()).filter(ClusterMap.Move::ends).orElse(null);
    if (move == null) {
      return Decision.answer(null);
    }
    SlotSet waiting = Slots.set(move.slots());
    SlotSet there = Slots.set(stay.slots()).only(waiting::has);
    return there.isEmpty()
        ? Decision.answer(null)
        : Decision.accept(new Stayed(move.id(), Slots.ranges(there)), null);
  }

  static Decision<ClusterEvent> settle(ClusterMap map, int shard) {
    return map.shard(shard).filter(one -> !one.settled()).isPresent()
        ? Decision.accept(new Settled(shard), null)
        : Decision.answer(null);
  }

  /**
   * The highest id of a move in the logs of shards: restored ones remember moves of the cluster
   * that they come from, and take an id for late that is not higher.
   */
  static long lastKnown(Collection<Shard> shards) {
    long last = 0;
    for (Shard shard : shards) {
      for (int slot = 0; slot < EntityAddress.SLOTS; slot++) {
        last = Math.max(last, shard.slots().of(slot).move());
      }
    }
    return last;
  }

  static ClusterMap added(ClusterMap map, ShardAdded added) {
    List<Placement> shards = new ArrayList<>(map.shards());
    shards.add(new Placement(added.shard(), List.of(), added.replicas(), added.founder()));
    return map.withShards(shards).withLastShard(Math.max(map.lastShard(), added.shard()));
  }

  static ClusterMap begun(ClusterMap map, MoveBegun begun) {
    List<ClusterMap.Move> moves = new ArrayList<>(map.moves());
    moves.add(new ClusterMap.Move(begun.move(), begun.slots(), begun.from(), begun.to(), ""));
    return map.withMoves(moves, begun.move());
  }

  static ClusterMap arrived(ClusterMap map, Arrived arrived) {
    ClusterMap.Move move = map.move(arrived.move()).orElseThrow();
    SlotSet there = Slots.set(arrived.slots());
    ClusterMap given =
        Cluster.shards(
            map,
            one -> {
              SlotSet has = Slots.set(one.slots());
              if (one.shard() == move.from()) {
                return one.having(has.only(slot -> !there.has(slot)));
              }
              return one.shard() == move.to()
                  ? one.having(SlotSet.where(slot -> has.has(slot) || there.has(slot)))
                  : one;
            });
    return without(given, move, there);
  }

  private static ClusterMap without(ClusterMap map, ClusterMap.Move move, SlotSet slots) {
    List<ClusterMap.Move> moves = new ArrayList<>();
    for (ClusterMap.Move one : map.moves()) {
      SlotSet left = Slots.set(one.slots()).only(slot -> one.id() != move.id() || !slots.has(slot));
      if (!left.isEmpty()) {
        moves.add(one.of(left));
      }
    }
    return map.withMoves(moves, map.lastMove());
  }

  static ClusterMap ending(ClusterMap map, MoveEnding ending) {
    return map.withMoves(
        map.moves().stream()
            .map(one -> one.id() == ending.move() ? one.because(ending.why()) : one)
            .toList(),
        map.lastMove());
  }

  static ClusterMap stayed(ClusterMap map, Stayed stayed) {
    ClusterMap.Move move = map.move(stayed.move()).orElseThrow();
    SlotSet slots = Slots.set(stayed.slots());
    List<ClusterMap.Move> ended = new ArrayList<>();
    SlotSet all = slots;
    for (ClusterMap.Move one : map.ended()) {
      if (one.id() == move.id()) {
        SlotSet before = Slots.set(one.slots());
        all = SlotSet.where(slot -> before.has(slot) || slots.has(slot));
      } else {
        ended.add(one);
      }
    }
    ended.add(move.of(all));
    int kept = Math.min(ENDED_KEPT, ended.size());
    return without(map, move, slots).withEnded(ended.subList(ended.size() - kept, ended.size()));
  }
}
