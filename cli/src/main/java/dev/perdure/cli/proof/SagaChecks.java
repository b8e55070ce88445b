package dev.perdure.cli.proof;

import dev.perdure.cli.demo.Check;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Compares sagas, accounts and what was done outside. Pure. */
final class SagaChecks {

  private static final String COMPLETED = "completed";
  private static final String COMPENSATED = "compensated";
  private static final String FRAUD_CODE = "fraud-suspected";

  private final Map<String, JsonNode> sagas;
  private final List<Check> checks = new ArrayList<>();

  SagaChecks(Map<String, JsonNode> sagas) {
    this.sagas = sagas;
  }

  List<Check> checks() {
    return List.copyOf(checks);
  }

  /** The ids of those that were carried out. */
  Set<String> completed() {
    return sagas.entrySet().stream()
        .filter(one -> status(one.getValue()).equals(COMPLETED))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /** How many ended in which way. */
  Map<String, Long> ends() {
    return sagas.values().stream()
        .collect(Collectors.groupingBy(SagaChecks::end, TreeMap::new, Collectors.counting()));
  }

  private static String end(JsonNode saga) {
    String code = saga.path("failure").path("code").asString("");
    return code.isEmpty() ? status(saga) : status(saga) + " (" + code + ")";
  }

  private static String status(JsonNode saga) {
    return saga.path("status").asString("");
  }

  /** Every saga has come to an end. */
  void ended(int count) {
    List<String> open =
        sagas.entrySet().stream()
            .filter(
                one ->
                    !status(one.getValue()).equals(COMPLETED)
                        && !status(one.getValue()).equals(COMPENSATED))
            .map(one -> one.getKey() + " " + end(one.getValue()))
            .toList();
    check(
        "every saga ended completed or compensated, none is stuck",
        open.isEmpty() && sagas.size() == count,
        "%,d of %,d%s".formatted(sagas.size() - open.size(), count, some(open)));
  }

  /**
   * Every account holds what the completed transfers leave it, and all together what was paid in.
   */
  void money(Map<String, Long> balances, Map<String, Long> expected) {
    long sum = balances.values().stream().mapToLong(Long::longValue).sum();
    long paidIn = balances.size() * Transfers.FIRST_BALANCE;
    check(
        "no money was gained or lost",
        sum == paidIn,
        "%,d of %,d in %,d accounts".formatted(sum, paidIn, balances.size()));
    List<String> wrong =
        balances.entrySet().stream()
            .filter(one -> !one.getValue().equals(expected.get(one.getKey())))
            .map(one -> one.getKey() + " has " + one.getValue())
            .toList();
    check(
        "each account has what the completed transfers leave it",
        wrong.isEmpty(),
        "%,d of %,d%s".formatted(balances.size() - wrong.size(), balances.size(), some(wrong)));
  }

  /** What was done outside is in the saga's record, and once for each step. */
  void effects(Iterable<FlakyWorld.Effect> effects) {
    List<String> unrecorded = new ArrayList<>();
    List<String> twice = new ArrayList<>();
    List<String> ignored = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    Set<String> approved = new HashSet<>();
    int count = 0;
    for (FlakyWorld.Effect effect : effects) {
      count++;
      JsonNode saga = sagas.get(effect.transfer());
      boolean fraud = effect.kind().equals(FlakyWorld.FRAUD);
      if (saga == null || !hasStep(saga, effect.kind())) {
        unrecorded.add(effect.kind() + " of " + effect.transfer());
        continue;
      }
      if (!seen.add(effect.kind() + " " + effect.transfer())) {
        twice.add(effect.kind() + " of " + effect.transfer());
      }
      if (fraud && effect.approved()) {
        approved.add(effect.transfer());
      } else if (fraud && !code(saga).equals(FRAUD_CODE)) {
        ignored.add(effect.transfer());
      }
    }
    check(
        "nothing was done outside without its saga's record",
        unrecorded.isEmpty(),
        "%,d effects%s".formatted(count, some(unrecorded)));
    check("nothing was done outside twice", twice.isEmpty(), some(twice));
    Set<String> unasked = new HashSet<>(completed());
    unasked.removeAll(approved);
    ignored.addAll(unasked);
    check(
        "no transfer was completed that the fraud check had not approved",
        ignored.isEmpty(),
        "%,d approved%s".formatted(approved.size(), some(ignored)));
  }

  private static String code(JsonNode saga) {
    return saga.path("failure").path("code").asString("");
  }

  private static boolean hasStep(JsonNode saga, String name) {
    return saga.path("steps")
        .valueStream()
        .anyMatch(one -> one.path("name").asString().equals(name));
  }

  void check(String statement, boolean held, String found) {
    checks.add(new Check(statement, held, found.isEmpty() ? "none" : found));
  }

  private static String some(List<String> those) {
    return those.isEmpty()
        ? ""
        : "; "
            + those.size()
            + " not, such as "
            + String.join(", ", those.subList(0, Math.min(3, those.size())));
  }
}
