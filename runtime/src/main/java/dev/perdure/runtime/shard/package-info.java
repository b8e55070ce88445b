/**
 * One shard's loop: takes commands, knows repeats, decides, proposes entries, and hands out answers
 * once what they saw is applied. Entry types: {@link dev.perdure.runtime.shard.ShardLoop}, a step
 * function, and {@link dev.perdure.runtime.shard.ShardThread}, which drives it in production.
 *
 * <p>Threading: everything in the loop belongs to the one thread that steps it; requests and
 * signals come in through queues; the journal's apply thread answers the callers of an applied
 * entry. Invariants: no answer computed from state leaves before all speculation it saw is applied
 * and leadership is confirmed; an operation id takes effect once. Does not own: storage of facts
 * ({@code apply}), the log ({@code journal}).
 */
@NullMarked
package dev.perdure.runtime.shard;

import org.jspecify.annotations.NullMarked;
