/**
 * What Apache Ratis does by itself: three peers, one entry for each deposit, balances in memory.
 *
 * <p>Entry type: {@link dev.perdure.bench.ratis.RatisTarget}. It is no rival but the engine under
 * Perdure's journal: the figure shows what putting commands together into entries gains. Operation
 * ids are in the entries, but nothing looks for them, and no reply is kept.
 */
@NullMarked
package dev.perdure.bench.ratis;

import org.jspecify.annotations.NullMarked;
