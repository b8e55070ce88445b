package dev.perdure.bench.guard;

import dev.perdure.guard.Action;
import dev.perdure.guard.Call;
import dev.perdure.guard.Dependency;
import dev.perdure.guard.Guard;
import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.policy.Rate;
import java.util.Map;

/** The guard with its defaults and a limit of the rate that is never reached. */
final class OwnStack {
  private static final int TENANTS = 8;

  private final Integer value = 42;
  private final Action<Integer, RuntimeException> action = attempt -> value;
  private final Dependency dependency =
      Guard.of(Map.of("bench", Policy.defaults().with(Rate.perSecond(1_000_000_000, 1_000_000))))
          .dependency("bench");

  OwnStack() {
    for (int i = 0; i < TENANTS; i++) {
      Integer _ = call(Call.idempotent().tenant("tenant-" + i));
    }
  }

  Integer value() {
    return value;
  }

  Integer call(Call call) {
    return dependency.call(call, action);
  }
}
