/**
 * How long a node takes from its start to the first write that is acknowledged: on an empty
 * directory, and after a kill under load.
 *
 * <p>Entry type: {@link dev.perdure.bench.start.StartBench}. Threading: the node is a process of
 * its own; it is asked by one thread, and loaded by several.
 *
 * <p>Does not own: the launcher, which builds and makes the start-up cache before anything is
 * measured.
 */
@NullMarked
package dev.perdure.bench.start;

import org.jspecify.annotations.NullMarked;
