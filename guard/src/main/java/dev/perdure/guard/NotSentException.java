package dev.perdure.guard;

import dev.perdure.guard.policy.Reason;
import org.jspecify.annotations.Nullable;

/** A call was not sent: nothing was done. */
public final class NotSentException extends GuardException {
  private static final long serialVersionUID = 1;

  private final Reason reason;
  private final @Nullable String tenant;

  NotSentException(String dependency, Reason reason, @Nullable String tenant) {
    super(dependency, "");
    this.reason = reason;
    this.tenant = tenant;
  }

  /** Why not. */
  public Reason reason() {
    return reason;
  }

  /** For which tenant, if it had one. */
  public @Nullable String tenant() {
    return tenant;
  }

  @Override
  public String getMessage() {
    return dependency()
        + ": not sent: "
        + reason.sentence()
        + (tenant == null ? "" : " (tenant " + tenant + ")");
  }
}
