package dev.perdure.lab.cluster.check;

import dev.perdure.lab.cluster.check.AccountFacts.Event;
import dev.perdure.lab.cluster.load.Operation;
import dev.perdure.lab.cluster.load.Operation.Kind;
import dev.perdure.lab.cluster.load.Recorded;
import dev.perdure.lab.cluster.load.Result;
import dev.perdure.lab.cluster.load.Result.Status;
import dev.perdure.testkit.check.Linearizability;
import dev.perdure.testkit.check.Linearizability.Timed;
import dev.perdure.testkit.check.Linearizability.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Compares what clients were told with what the nodes hold in the end. */
public final class HistoryChecks {

  private final List<Recorded> history;
  private final Map<String, AccountFacts> ledger;
  private final Map<String, Recorded> changes = new HashMap<>();
  private final Map<String, List<Event>> effects = new HashMap<>();

  /**
   * A comparison.
   *
   * @param ledger every account that the history names
   */
  public HistoryChecks(List<Recorded> history, Map<String, AccountFacts> ledger) {
    this.history = List.copyOf(history);
    this.ledger = new TreeMap<>(ledger);
    for (Recorded one : history) {
      if (!one.operation().read()) {
        changes.put(key(one.operation().account(), one.operation().id()), one);
      }
    }
    this.ledger.forEach(
        (account, facts) -> {
          for (Event event : facts.events()) {
            if (event.effect() != 0) {
              effects
                  .computeIfAbsent(key(account, event.operation()), id -> new ArrayList<>())
                  .add(event);
            }
          }
        });
  }

  private static String key(String account, String operation) {
    return account + "/" + operation;
  }

  /** All of them. */
  public List<Check> all() {
    return List.of(
        answered(),
        contract(),
        lost(),
        doubled(),
        foreign(),
        altered(),
        linearizable(),
        conserved());
  }

  private Check answered() {
    List<String> open = new ArrayList<>();
    for (Recorded one : changes.values()) {
      if (one.result().status() == Status.UNKNOWN) {
        open.add(one.operation() + ": " + one.result().code());
      }
    }
    return Check.none("with the faults over, every operation is answered", "open", open);
  }

  private Check contract() {
    List<String> other = new ArrayList<>();
    for (Recorded one : history) {
      if (one.result().status() == Status.UNEXPECTED) {
        other.add(one.operation() + ": " + one.result().code());
      }
    }
    return Check.none("every answer is one that the contract names", "others", other);
  }

  private Check lost() {
    List<String> lost = new ArrayList<>();
    changes.forEach(
        (key, one) -> {
          if (one.acknowledged() && !effects.containsKey(key)) {
            lost.add(one.operation().toString());
          }
        });
    return Check.none("what was acknowledged is there", "lost", lost);
  }

  private Check doubled() {
    List<String> doubled = new ArrayList<>();
    effects.forEach(
        (key, events) -> {
          if (events.size() > 1) {
            doubled.add(key + " at versions " + events.stream().map(Event::version).toList());
          }
        });
    return Check.none("nothing is there twice", "doubled", doubled);
  }

  private Check foreign() {
    List<String> foreign = new ArrayList<>();
    effects.forEach(
        (key, events) -> {
          Recorded one = changes.get(key);
          if (one == null) {
            foreign.add(key + ", which nobody asked for");
          } else if (!mayHaveEffect(one.result())) {
            foreign.add(one.operation() + ", answered " + one.result().status());
          }
        });
    return Check.none("nothing is there that was refused", "unasked", foreign);
  }

  private static boolean mayHaveEffect(Result result) {
    return result.status() == Status.DONE || result.status() == Status.UNKNOWN;
  }

  private Check altered() {
    List<String> altered = new ArrayList<>();
    effects.forEach(
        (key, events) -> {
          Recorded one = changes.get(key);
          if (one != null && !asAsked(one, events.getFirst())) {
            altered.add(one.operation() + " as " + events.getFirst());
          }
        });
    return Check.none("all is there as it was asked for and answered", "altered", altered);
  }

  private static boolean asAsked(Recorded one, Event event) {
    Operation operation = one.operation();
    long wanted = operation.kind() == Kind.DEPOSIT ? operation.amount() : -operation.amount();
    return event.effect() == wanted
        && (!one.acknowledged() || one.result().version() == event.version());
  }

  private Check linearizable() {
    Map<String, List<Timed<Recorded>>> byAccount = new TreeMap<>();
    for (Recorded one : history) {
      boolean unknown = one.result().status() == Status.UNKNOWN;
      if (one.result().status() == Status.DONE
          || one.result().status() == Status.REJECTED
          || unknown) {
        byAccount
            .computeIfAbsent(one.operation().account(), account -> new ArrayList<>())
            .add(new Timed<>(one, one.calledNs(), one.returnedNs(), unknown));
      }
    }
    List<String> broken = new ArrayList<>();
    byAccount.forEach(
        (account, timed) -> {
          switch (Linearizability.check(new AccountSpec(), timed)) {
            case Verdict.Linearizable<Recorded> ignored -> {}
            case Verdict.Undecided<Recorded> undecided ->
                broken.add(account + ": undecided, " + undecided.why());
            case Verdict.Impossible<Recorded> impossible ->
                broken.add(account + ": " + words(impossible, timed.size()));
          }
        });
    Check check =
        Check.none("the answers about each account fit one order", "accounts that do not", broken);
    return check.held()
        ? new Check(check.statement(), true, byAccount.size() + " accounts")
        : check;
  }

  private static String words(Verdict.Impossible<Recorded> impossible, int of) {
    Timed<Recorded> stuck = impossible.stuckAt();
    return "after %d of %d operations nothing fits before %s"
        .formatted(
            impossible.placed(),
            of,
            stuck == null
                ? "the end"
                : stuck.operation().operation() + " = " + stuck.operation().result());
  }

  /**
   * Balances are the sums of their events, and all together what came in less what went out:
   * transfers change nothing.
   */
  private Check conserved() {
    List<String> wrong = new ArrayList<>();
    long held = 0;
    for (Map.Entry<String, AccountFacts> one : ledger.entrySet()) {
      long sum = one.getValue().events().stream().mapToLong(Event::effect).sum();
      if (sum != one.getValue().balance()) {
        wrong.add(one.getKey() + " has " + one.getValue().balance() + ", its events give " + sum);
      }
      held += one.getValue().balance();
    }
    long moved = 0;
    for (Recorded one : changes.values()) {
      if (one.acknowledged() && !one.operation().transfer()) {
        long amount = one.operation().amount();
        moved += one.operation().kind() == Kind.DEPOSIT ? amount : -amount;
      }
    }
    if (held != moved) {
      wrong.add("the accounts hold " + held + ", paid in less paid out is " + moved);
    }
    Check check = Check.none("money is conserved", "differences", wrong);
    return check.held() ? new Check(check.statement(), true, held + " = " + moved) : check;
  }

  /** Accounts that a history names. */
  public static Set<String> accounts(List<Recorded> history) {
    Set<String> accounts = new HashSet<>();
    history.forEach(one -> accounts.add(one.operation().account()));
    return accounts;
  }
}
