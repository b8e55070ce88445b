package dev.perdure.cli.demo;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the node acknowledged, as the clients noted it: the other side of the ledger. Thread-safe.
 */
final class Books {

  private final Map<String, List<Entry>> accounts = new ConcurrentHashMap<>();

  /**
   * A command with its final answer.
   *
   * @param key its operation id
   * @param credit true for a deposit, false for a withdrawal
   * @param amount in minor units
   * @param accepted false if the ledger's rules rejected it
   * @param balance in the reply; 0 if rejected
   */
  record Entry(String key, boolean credit, long amount, boolean accepted, long balance) {

    String command() {
      return credit ? "deposit" : "withdraw";
    }

    /** What it changed. */
    long effect() {
      return !accepted ? 0 : credit ? amount : -amount;
    }
  }

  void note(String account, Entry entry) {
    List<Entry> entries = accounts.computeIfAbsent(account, key -> new ArrayList<>());
    synchronized (entries) {
      entries.add(entry);
    }
  }

  Collection<String> accounts() {
    return accounts.keySet();
  }

  /** Entries of an account, in the order in which they were noted. */
  List<Entry> entries(String account) {
    List<Entry> entries = accounts.getOrDefault(account, List.of());
    synchronized (entries) {
      return List.copyOf(entries);
    }
  }

  /** All entries. */
  long size() {
    return accounts.values().stream().mapToLong(List::size).sum();
  }
}
