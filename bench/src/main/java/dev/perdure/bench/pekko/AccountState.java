package dev.perdure.bench.pekko;

import dev.perdure.bench.pekko.AccountEvent.Deposited;
import dev.perdure.bench.pekko.AccountEvent.Opened;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An account in memory, changed in place by its actor alone, which saves a copy for each event.
 *
 * <p>The last {@value #OPERATIONS_MAX} operations are remembered with their replies.
 */
final class AccountState {

  static final int OPERATIONS_MAX = 1_000;

  private final Map<String, Operation> recent = new LinkedHashMap<>();
  private boolean open;
  private long balanceMinor;

  /** A deposit that took effect, and the balance that was its reply. */
  record Operation(long amountMinor, long balanceMinor) {}

  boolean open() {
    return open;
  }

  long balanceMinor() {
    return balanceMinor;
  }

  @Nullable Operation operation(String operationId) {
    return recent.get(operationId);
  }

  AccountState apply(AccountEvent event) {
    switch (event) {
      case Opened opened -> open = true;
      case Deposited deposited -> {
        balanceMinor = Math.addExact(balanceMinor, deposited.amountMinor());
        remember(deposited);
      }
    }
    return this;
  }

  private void remember(Deposited deposited) {
    recent.put(deposited.operationId(), new Operation(deposited.amountMinor(), balanceMinor));
    if (recent.size() > OPERATIONS_MAX) {
      recent.remove(recent.keySet().iterator().next());
    }
  }
}
