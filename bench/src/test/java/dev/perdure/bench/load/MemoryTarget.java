package dev.perdure.bench.load;

import java.io.IOException;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Accounts in memory, which can be told to lose or to refuse a deposit. */
class MemoryTarget implements Target {

  private final Map<Integer, AtomicLong> balances = new ConcurrentHashMap<>();
  private final Map<String, Long> operations = new ConcurrentHashMap<>();
  private final AtomicLong deposits = new AtomicLong();
  private final long losesEvery;
  private final long failsAfter;

  MemoryTarget() {
    this(Long.MAX_VALUE, Long.MAX_VALUE);
  }

  private MemoryTarget(long losesEvery, long failsAfter) {
    this.losesEvery = losesEvery;
    this.failsAfter = failsAfter;
  }

  static MemoryTarget losingEvery(long deposits) {
    return new MemoryTarget(deposits, Long.MAX_VALUE);
  }

  static MemoryTarget failingAfter(long deposits) {
    return new MemoryTarget(Long.MAX_VALUE, deposits);
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String durability() {
    return "nothing is on disk";
  }

  @Override
  public void openAccounts(int count) {
    for (int account = 0; account < count; account++) {
      balances.put(account, new AtomicLong());
    }
  }

  @Override
  public long deposit(int account, String operationId, long amountMinor) throws IOException {
    long number = deposits.incrementAndGet();
    if (number > failsAfter) {
      throw new IOException("refused");
    }
    if (operations.put(operationId, amountMinor) != null) {
      throw new IOException("operation id " + operationId + " was used before");
    }
    AtomicLong balance = balances.get(account);
    return number % losesEvery == 0 ? balance.get() : balance.addAndGet(amountMinor);
  }

  @Override
  public OptionalLong balanceTotalMinor() {
    return OptionalLong.of(balances.values().stream().mapToLong(AtomicLong::get).sum());
  }

  @Override
  public void close() {}
}
