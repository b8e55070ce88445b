/**
 * Who goes next when more waits for a shard than it can take at once. Entry type: {@link
 * dev.perdure.runtime.fair.FairQueue}.
 *
 * <p>Threading: a queue guards itself with one lock, which is only taken while there is a crowd.
 * Time is a parameter. Invariants: what was added comes out once, or is refused once; two pieces of
 * work of one entity, tenant and rank come out in the order in which they came; nobody waits for
 * ever behind others. Does not own: deadlines of callers, how long the queue may be.
 */
@NullMarked
package dev.perdure.runtime.fair;

import org.jspecify.annotations.NullMarked;
