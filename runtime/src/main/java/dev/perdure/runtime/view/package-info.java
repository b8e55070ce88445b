/**
 * Views: rows made of entities' states and found by indexes, kept beside the shards that this node
 * holds. Entry types: {@link dev.perdure.runtime.view.ViewKeepers}, {@link
 * dev.perdure.runtime.view.ViewDoor}.
 *
 * <p>Threading: one platform thread for each view writes all that is stored of it; queries come
 * from any thread and see one state of each shard. Invariants: what a view says it has reached is
 * in its rows; an answer is made by one version of a view's code, never crosses tenants, and lacks
 * no slot. The store is derived and local: it counts in no hash, is in no backup, and may be
 * deleted while the node is stopped. Does not own: the stream's index ({@code apply}), folding
 * ({@code shard}), what views are declared ({@code type}).
 */
@NullMarked
package dev.perdure.runtime.view;

import org.jspecify.annotations.NullMarked;
