package dev.perdure.testkit.check;

import org.jspecify.annotations.Nullable;

/**
 * What one object does when its operations run one after the other.
 *
 * @param <S> the state; immutable, with equals
 * @param <O> an operation together with the answer it got
 */
public interface Spec<S, O> {

  S initial();

  /** The state after the operation, null if it could not have got its answer in this state. */
  @Nullable S next(S state, O operation);
}
