package dev.perdure.testkit.cluster;

import dev.perdure.testkit.sim.Chance;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Who reaches whom: messages are lost, late, doubled and out of order, and links are cut. */
final class Network {

  private static final long MS = 1_000_000;
  private static final long US = 1_000;

  private final ClusterWorld world;
  private final Set<Long> cut = new HashSet<>();
  private double bad;

  Network(ClusterWorld world) {
    this.world = world;
  }

  private static long link(int from, int to) {
    return ((long) from << 32) | to;
  }

  boolean reaches(int from, int to) {
    return !cut.contains(link(from, to));
  }

  /** Delivers something to another machine, or does not. */
  void send(Machine from, Machine to, Runnable message) {
    Chance chance = world.chance();
    if (chance.happens(bad)) {
      return;
    }
    int copies = chance.happens(bad / 4) ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      long delayNs =
          bad > 0 ? chance.delayNs(20 * MS, 600 * MS) : chance.delayNs(400 * US, 30 * MS);
      world.after(
          delayNs,
          () -> {
            if (reaches(from.id(), to.id())) {
              to.receive(message);
            }
          });
    }
  }

  void heal() {
    cut.clear();
    bad = 0;
  }

  void bad(double share) {
    bad = share;
  }

  /** Cuts links in one of the shapes in which networks fail. */
  ClusterProbe cut(List<Integer> machines, int leader) {
    Chance chance = world.chance();
    List<Integer> order = new ArrayList<>(machines);
    for (int i = order.size() - 1; i > 0; i--) {
      java.util.Collections.swap(order, i, chance.below(i + 1));
    }
    int one = leader >= 0 && chance.happens(0.6) ? leader : order.getFirst();
    cut.clear();
    return switch (chance.below(5)) {
      case 0 -> halves(order, -1);
      case 1 -> {
        ring(order);
        yield ClusterProbe.CUT_TO_A_RING;
      }
      case 2 -> halves(order.subList(1, order.size()), order.getFirst());
      case 3 -> {
        boolean sends = chance.happens(0.5);
        for (int other : order) {
          cut.add(sends ? link(other, one) : link(one, other));
        }
        cut.remove(link(one, one));
        yield ClusterProbe.CUT_ONE_WAY;
      }
      default -> {
        for (int other : order) {
          if (other != one) {
            both(one, other);
          }
        }
        yield ClusterProbe.CUT_OFF_ONE;
      }
    };
  }

  private void both(int one, int other) {
    cut.add(link(one, other));
    cut.add(link(other, one));
  }

  /** Two parts; one machine between them may reach both. */
  private ClusterProbe halves(List<Integer> order, int bridge) {
    int half = (order.size() + 1) / 2;
    for (int one : order.subList(0, half)) {
      for (int other : order.subList(half, order.size())) {
        both(one, other);
      }
    }
    return bridge < 0 ? ClusterProbe.CUT_IN_HALVES : ClusterProbe.CUT_TO_A_BRIDGE;
  }

  /** Each reaches its two neighbours only. */
  private void ring(List<Integer> order) {
    for (int i = 0; i < order.size(); i++) {
      for (int j = i + 2; j < order.size(); j++) {
        if (i != 0 || j != order.size() - 1) {
          both(order.get(i), order.get(j));
        }
      }
    }
  }
}
