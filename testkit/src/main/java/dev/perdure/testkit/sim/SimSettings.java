package dev.perdure.testkit.sim;

import dev.perdure.runtime.Limits;
import java.time.Duration;

/**
 * One run's sizes and rates, drawn from its seed.
 *
 * @param interleaving how often other threads get ahead of the shard's loop where they can
 * @param runNs virtual time under faults
 */
public record SimSettings(
    int replicas, int clients, Limits limits, double interleaving, double faultRate, long runNs) {

  private static final long SECOND_NS = 1_000_000_000L;

  /** Draws them; a time of 0 is drawn, too. */
  public static SimSettings draw(Chance chance, long runNs) {
    int replicas = chance.of(java.util.List.of(1, 1, 3, 3, 3, 2));
    Limits defaults = Limits.defaults();
    Limits limits =
        new Limits(
            defaults.stateBytesMax(),
            defaults.eventBytesMax(),
            defaults.replyBytesMax(),
            defaults.entryBytesMax(),
            chance.happens(0.2) ? 4 : 256,
            (int) chance.between(1, 4),
            (int) chance.between(2, 9),
            chance.happens(0.5) ? chance.between(600, 2500) : 1 << 20,
            (int) chance.between(8, 200),
            chance.happens(0.15) ? chance.between(500, 4000) : 1 << 20,
            Duration.ofMillis(chance.between(1500, 12_000)),
            defaults.decideTimeMax(),
            chance.between(2_000, 60_000),
            Duration.ofMillis(chance.between(300, 6000)),
            defaults.nativeBytesMax(),
            defaults.diskFreeBytesMin(),
            chance.happens(0.5) ? defaults.clockStepMax() : Duration.ofDays(1));
    return new SimSettings(
        replicas,
        (int) chance.between(3, 9),
        limits,
        chance.happens(0.3) ? 0 : 0.15,
        chance.happens(0.1) ? 0 : chance.between(2, 30) / 10.0,
        runNs > 0 ? runNs : chance.between(12, 30) * SECOND_NS);
  }

  /** With other limits. */
  public SimSettings with(Limits other) {
    return new SimSettings(replicas, clients, other, interleaving, faultRate, runNs);
  }

  /** With so many clients at most, who leave more time to others. */
  public SimSettings calmer(int clientsMax) {
    int fewer = Math.min(clients, clientsMax);
    return new SimSettings(replicas, fewer, limits, interleaving, faultRate, runNs);
  }

  /** With more faults, if there are any. */
  public SimSettings rougher(double factor) {
    return new SimSettings(replicas, clients, limits, interleaving, faultRate * factor, runNs);
  }

  /** How long replies are kept. */
  public long retentionMicros() {
    return limits.replyRetention().toNanos() / 1000;
  }
}
