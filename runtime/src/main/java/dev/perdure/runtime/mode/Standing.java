package dev.perdure.runtime.mode;

import dev.perdure.api.Capability;
import dev.perdure.api.Degraded;
import dev.perdure.runtime.type.Values;
import org.jspecify.annotations.Nullable;

/** A capability on this node. Thread-safe. */
final class Standing {

  private final Capability declared;
  private final Answers answers = new Answers();
  private final Deferrals deferrals = new Deferrals();
  private volatile @Nullable Forced forced;
  private volatile Lack missing = Lack.NOTHING;
  private volatile long sinceMicros;
  private boolean differs;
  private long differsSinceNs;

  Standing(Capability declared) {
    this.declared = declared;
  }

  /** By an operator. */
  record Forced(String reason, String by) {}

  Capability declared() {
    return declared;
  }

  Answers answers() {
    return answers;
  }

  Deferrals deferrals() {
    return deferrals;
  }

  @Nullable Forced forced() {
    return forced;
  }

  void forced(@Nullable Forced by) {
    forced = by;
  }

  /** True if that is something outside, and nobody forced anything. */
  boolean onlyOutside() {
    return forced == null && missing.dependency();
  }

  long sinceMicros() {
    return sinceMicros;
  }

  void missing(Lack what, long nowMicros) {
    missing = what;
    sinceMicros = nowMicros;
  }

  boolean degraded() {
    return forced != null || !missing.why().isEmpty();
  }

  /** Why it is degraded, for operators. */
  String why() {
    Forced by = forced;
    return by == null ? missing.why() : "forced by " + by.by + ": " + by.reason;
  }

  /** Why it is degraded, for callers and records. */
  String told() {
    Forced by = forced;
    return by == null ? missing.why() : "forced by an operator: " + by.reason;
  }

  /** A look at what it needs; true if that is missing, or back, long enough to be said. */
  boolean seen(String what, long nowNs, Modes.Damping damping) {
    if (what.isEmpty() == missing.why().isEmpty()) {
      differs = false;
      return false;
    }
    if (!differs) {
      differs = true;
      differsSinceNs = nowNs;
    }
    return nowNs - differsSinceNs
        >= (what.isEmpty() ? damping.better() : damping.worse()).toNanos();
  }

  /** What a step gets in place of its outcome. */
  Said instead(Asked asked, String why, long nowNs) {
    if (asked.kind() == Asked.Kind.DONE_OR_NOT) {
      return new Said.NotSent(why, false);
    }
    boolean valued = asked.kind() == Asked.Kind.VALUED;
    String detail = "capability '" + declared.name() + "' is degraded: " + why;
    return switch (declared.degraded()) {
      case Degraded.Waits ignored -> new Said.NotSent(why, false);
      case Degraded.Disabled form -> new Said.Disabled(detail + "; " + form.reason());
      case Degraded.Answer form -> new Said.Instead(Values.text(form.value()), detail);
      case Degraded.Later ignored ->
          valued ? new Said.NotSent(why, false) : new Said.Later(declared.name(), detail);
      case Degraded.Stale form -> {
        Answers.Kept kept = answers.of(asked);
        yield kept == null || nowNs - kept.atNs() > form.ageMax().toNanos()
            ? new Said.Disabled(detail + "; there is no answer younger than " + form.ageMax())
            : new Said.Instead(kept.value(), detail);
      }
    };
  }
}
