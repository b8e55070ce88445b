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
  private volatile String missing = "";
  private volatile long sinceMicros;

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

  /** What is not there that it needs; empty if all is. */
  String missing() {
    return missing;
  }

  long sinceMicros() {
    return sinceMicros;
  }

  void missing(String what, long nowMicros) {
    missing = what;
    sinceMicros = nowMicros;
  }

  boolean degraded() {
    return forced != null || !missing.isEmpty();
  }

  /** Why it is degraded. */
  String why() {
    Forced by = forced;
    return by == null ? missing : "forced by " + by.by + ": " + by.reason;
  }

  /** What a step gets in place of its outcome. */
  Said instead(Asked asked, String why, long nowNs) {
    if (!asked.mayDegrade()) {
      return new Said.NotSent(why, false);
    }
    String detail = "capability '" + declared.name() + "' is degraded: " + why;
    return switch (declared.degraded()) {
      case Degraded.Waits ignored -> new Said.NotSent(why, false);
      case Degraded.Disabled form -> new Said.Disabled(detail + "; " + form.reason());
      case Degraded.Answer form -> new Said.Instead(Values.text(form.value()), detail);
      case Degraded.Later ignored -> new Said.Later(declared.name(), detail);
      case Degraded.Stale form -> {
        Answers.Kept kept = answers.of(asked);
        yield kept == null || nowNs - kept.atNs() > form.ageMax().toNanos()
            ? new Said.Disabled(detail + "; there is no answer younger than " + form.ageMax())
            : new Said.Instead(kept.value(), detail);
      }
    };
  }
}
