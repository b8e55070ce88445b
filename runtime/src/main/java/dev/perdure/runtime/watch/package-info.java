/**
 * What a node notices of itself: a disk that stalls, pauses of the process, loops that stand still,
 * work that waits, a clock that differs from the others', leaks. Each sign is raised when its cause
 * has stood for a while, taken back when it was gone for longer, and asks for the acts that are
 * declared with it. Entry type: {@link dev.perdure.runtime.watch.Watch}.
 *
 * <p>Threading: one thread feeds and looks, any reads. Invariants: everything that is kept is
 * bounded; time comes from what it is given; no sign asks for an act that is not declared with it.
 * Does not own: where figures come from and what acts do (package node), the mode (package mode).
 */
@NullMarked
package dev.perdure.runtime.watch;

import org.jspecify.annotations.NullMarked;
