package dev.perdure.guard.breaker;

import dev.perdure.guard.breaker.Generation.State;
import dev.perdure.guard.policy.Breaking;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A circuit breaker. A call takes the generation with {@link #enter} and gives it back with {@link
 * #settle}, always, whatever became of the call.
 *
 * <p>States: closed counts calls in a window and opens when too many fail; open refuses until its
 * time is over, or until one of the few scouts that pass all the same comes back with good news;
 * half-open lets exactly as many probes pass as the rules say and, when the last result is in,
 * closes or opens for twice as long. Half-open ends after its longest time even if results never
 * come: with what is known, and when nothing is, with fresh probes.
 *
 * <p>Good news that came to nothing makes scouts rarer: each doubles the time between them, until
 * the breaker has stayed closed for the longest time of an opening. Else a dependency of which some
 * calls fail would never be left alone, because some scouts always succeed.
 */
public final class Breaker {

  /** Told of each change of the state, on the thread that caused it. */
  public interface Observer {
    /** The breaker has become {@code now}. */
    void changed(Generation before, Generation now);
  }

  /** Where times are random. */
  public interface Chance {
    /** From 0 to 1. */
    double next();
  }

  /** The part of an interval after which a scout that was not sent has its next chance. */
  private static final int GIVEN_BACK = 5;

  private final AtomicReference<Generation> current;
  private final Chance chance;
  private final Observer observer;
  private volatile Breaking rules;

  /** A closed breaker. */
  public Breaker(Breaking rules, Chance chance, Observer observer, long nowNs) {
    this.rules = rules;
    this.chance = chance;
    this.observer = observer;
    this.current = new AtomicReference<>(closed(rules, 1, 0, nowNs));
  }

  private static Generation closed(Breaking rules, long number, int early, long nowNs) {
    return Generation.closed(number, new Generation.Until(nowNs, 0, early), window(rules, nowNs));
  }

  private static Window window(Breaking rules, long nowNs) {
    return new Window(rules.trip().window().toNanos(), nowNs);
  }

  /** The generation in force. */
  public Generation generation() {
    return current.get();
  }

  /** Would a call be refused now? An open breaker whose time is over may be tried. */
  public boolean refuses(long nowNs) {
    Generation now = current.get();
    return switch (now.state()) {
      case CLOSED -> false;
      case OPEN -> nowNs - now.untilNs() < 0;
      case HALF_OPEN -> nowNs - now.untilNs() < 0 && now.probes().taken() >= rules.probes();
    };
  }

  /** May a call begin? The generation to settle it with; null if not. */
  public @Nullable Generation enter(long nowNs) {
    Generation now = current.get();
    return now.state() == State.CLOSED ? now : enterSlowly(nowNs);
  }

  private @Nullable Generation enterSlowly(long nowNs) {
    while (true) {
      Generation now = current.get();
      switch (now.state()) {
        case CLOSED -> {
          return now;
        }
        case OPEN -> {
          if (nowNs - now.untilNs() < 0) {
            return mayScout(now, nowNs) ? now : null;
          }
          change(now, halfOpen(now, now.early(), nowNs));
        }
        case HALF_OPEN -> {
          if (nowNs - now.untilNs() >= 0) {
            decide(now, now.probes(), nowNs);
          } else {
            return now.takeProbe(rules.probes()) ? now : null;
          }
        }
      }
    }
  }

  /**
   * Ends a call that was let through.
   *
   * @param entered what {@link #enter} gave
   * @return false when the breaker has changed since, and the result counts for nothing
   */
  public boolean settle(Generation entered, Result result, long nowNs) {
    return settle(entered, result, nowNs, null);
  }

  /** The same; a closed breaker opens only if {@code consent} is given too. */
  boolean settle(Generation entered, Result result, long nowNs, @Nullable BooleanSupplier consent) {
    if (current.get() != entered) {
      return false;
    }
    switch (entered.state()) {
      case CLOSED -> count(entered, result, nowNs, consent);
      case OPEN -> heard(entered, result, nowNs);
      case HALF_OPEN -> {
        Generation.Probes probes = entered.settle(result);
        if (probes.allIn(rules.probes())) {
          decide(entered, probes, nowNs);
        }
      }
    }
    return true;
  }

  /** Opens a closed breaker if what it has counted and the vote say so; counts nothing. */
  boolean reconsider(Generation entered, long nowNs, BooleanSupplier consent) {
    if (current.get() != entered) {
      return false;
    }
    Window window = entered.window();
    if (window != null && mayOpen(window, nowNs) && consent.getAsBoolean()) {
      trip(entered, nowNs);
    }
    return true;
  }

  private boolean mayScout(Generation open, long nowNs) {
    Scouts scouts = open.scouts();
    return scouts != null
        && rules.open().trickles()
        && scouts.tryTake(nowNs, trickleNs(open.early()));
  }

  private long trickleNs(int early) {
    return rules.open().trickleNs(early, chance.next());
  }

  /** One scout's good news is no proof: probes decide, as they would have later. */
  private void heard(Generation open, Result result, long nowNs) {
    Scouts scouts = open.scouts();
    if (result == Result.GOOD) {
      change(open, halfOpen(open, open.early() + 1, nowNs));
    } else if (result == Result.UNSENT && scouts != null) {
      scouts.giveBack(nowNs + trickleNs(open.early()) / GIVEN_BACK);
    }
  }

  private void count(
      Generation entered, Result result, long nowNs, @Nullable BooleanSupplier consent) {
    Window window = entered.window();
    if (window == null || result == Result.UNKNOWN || result == Result.UNSENT) {
      return;
    }
    window.add(result == Result.BAD, nowNs);
    if (result == Result.BAD
        && mayOpen(window, nowNs)
        && (consent == null || consent.getAsBoolean())) {
      trip(entered, nowNs);
    }
  }

  private void trip(Generation closed, long nowNs) {
    boolean held = nowNs - closed.untilNs() >= rules.open().longest().toNanos();
    change(closed, open(closed, new Generation.Until(nowNs, 0, held ? 0 : closed.early())));
  }

  private boolean mayOpen(Window window, long nowNs) {
    Breaking.Trip trip = rules.trip();
    return window.inARow(trip.inARow())
        || window.failing(trip.failurePercent(), trip.minCalls(), nowNs);
  }

  private void decide(Generation halfOpen, Generation.Probes probes, long nowNs) {
    if (probes.known() == 0) {
      change(halfOpen, halfOpen(halfOpen, halfOpen.early(), nowNs));
    } else if (probes.bad() * 100 >= probes.known() * rules.trip().failurePercent()) {
      Generation.Until from = new Generation.Until(nowNs, halfOpen.trips() + 1, halfOpen.early());
      change(halfOpen, open(halfOpen, from));
    } else {
      change(halfOpen, closed(rules, halfOpen.number() + 1, halfOpen.early(), nowNs));
    }
  }

  private Generation open(Generation before, Generation.Until from) {
    long untilNs = from.ns() + rules.open().openNs(from.trips(), chance.next());
    Scouts scouts = new Scouts(from.ns() + trickleNs(from.early()));
    Generation.Until until = new Generation.Until(untilNs, from.trips(), from.early());
    return Generation.open(before.number() + 1, until, scouts);
  }

  private Generation halfOpen(Generation before, int early, long nowNs) {
    long untilNs = nowNs + rules.halfOpenMax().toNanos();
    Generation.Until until = new Generation.Until(untilNs, before.trips(), early);
    return Generation.halfOpen(before.number() + 1, until);
  }

  private void change(Generation before, Generation next) {
    if (current.compareAndSet(before, next)) {
      observer.changed(before, next);
    }
  }

  /** New rules from now on. What was counted in a window of another length is forgotten. */
  public void reload(Breaking next, long nowNs) {
    boolean sameWindow = rules.trip().window().equals(next.trip().window());
    rules = next;
    Generation now = current.get();
    if (!sameWindow && now.state() == State.CLOSED) {
      Generation.Until since = new Generation.Until(now.untilNs(), 0, now.early());
      current.compareAndSet(now, Generation.closed(now.number() + 1, since, window(next, nowNs)));
    }
  }

  /** May this breaker be forgotten? Only closed, or when nobody has asked it for long. */
  boolean forgettable(long nowNs) {
    Generation now = current.get();
    return now.state() == State.CLOSED || nowNs - now.untilNs() - rules.halfOpenMax().toNanos() > 0;
  }
}
