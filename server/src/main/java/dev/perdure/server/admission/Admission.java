package dev.perdure.server.admission;

import org.jspecify.annotations.Nullable;

/** What the gate says: {@link Pass} or {@link Refusal}; with how the tenant's quota stands. */
public sealed interface Admission permits Pass, Refusal {

  /** {@code RateLimit-Policy}; null if the tenant has no rate. */
  @Nullable String policy();

  /** {@code RateLimit}; null if the tenant has no rate. */
  @Nullable String standing();
}
