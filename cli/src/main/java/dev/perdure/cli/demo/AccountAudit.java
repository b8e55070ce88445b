package dev.perdure.cli.demo;

import dev.perdure.cli.demo.Books.Entry;
import dev.perdure.example.ledger.imports.History.Event;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One account: what the node holds beside what the books say.
 *
 * @param lost accepted by the node, and not in its history
 * @param doubled more than once in its history
 * @param foreign in its history, and never acknowledged as accepted
 * @param altered in its history with another amount or direction
 * @param exact true if balance, history and books have the same sum
 */
record AccountAudit(long lost, long doubled, long foreign, long altered, boolean exact) {

  static final AccountAudit NOTHING = new AccountAudit(0, 0, 0, 0, true);

  /**
   * Compares.
   *
   * @param balance the node's
   * @param events the node's history of the account, whole
   * @param entries the books' entries of the account, whole
   */
  static AccountAudit of(long balance, List<Event> events, List<Entry> entries) {
    Map<String, Entry> accepted = new HashMap<>();
    long expected = 0;
    for (Entry entry : entries) {
      if (entry.accepted()) {
        accepted.put(entry.key(), entry);
        expected += entry.effect();
      }
    }
    Map<String, Integer> times = new HashMap<>();
    long foreign = 0;
    long altered = 0;
    long sum = 0;
    for (Event event : events) {
      long effect = effect(event);
      if (effect == 0) {
        continue; // opened or closed: no money moves
      }
      sum += effect;
      times.merge(event.operation(), 1, Integer::sum);
      Entry entry = accepted.get(event.operation());
      if (entry == null) {
        foreign++;
      } else if (entry.effect() != effect) {
        altered++;
      }
    }
    long doubled = times.values().stream().filter(count -> count > 1).count();
    long lost = accepted.keySet().stream().filter(key -> !times.containsKey(key)).count();
    return new AccountAudit(lost, doubled, foreign, altered, balance == expected && balance == sum);
  }

  private static long effect(Event event) {
    return switch (event.type()) {
      case "deposited" -> event.amount();
      case "withdrawn" -> -event.amount();
      default -> 0;
    };
  }

  AccountAudit plus(AccountAudit other) {
    return new AccountAudit(
        lost + other.lost,
        doubled + other.doubled,
        foreign + other.foreign,
        altered + other.altered,
        exact && other.exact);
  }
}
