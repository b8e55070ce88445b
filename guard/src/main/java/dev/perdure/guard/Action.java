package dev.perdure.guard;

import org.jspecify.annotations.Nullable;

/**
 * The call itself.
 *
 * @param <T> what it gives
 * @param <X> what it throws
 */
@FunctionalInterface
public interface Action<T extends @Nullable Object, X extends Exception> {

  /** Does it once. May be interrupted when its time is over, and should end then. */
  T attempt(Attempt attempt) throws X;
}
