/**
 * Says what new code would do differently to sagas that are on their way. Entry type: {@link
 * dev.perdure.testkit.saga.SagaReplay}.
 *
 * <p>Threading: as the caller's. Invariant: nothing is changed, and nothing outside is called. Does
 * not own: how code is compared with what is recorded ({@code runtime.drive}).
 */
@NullMarked
package dev.perdure.testkit.saga;

import org.jspecify.annotations.NullMarked;
