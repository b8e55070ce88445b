/**
 * What the parts of one command cost by themselves: reading it, deciding it, encoding it for the
 * journal, applying it to the store. Entry type: {@link dev.perdure.bench.micro.MicroBench}.
 *
 * <p>Threading: JMH's. Does not own: what they cost together, which {@code entities} measures.
 */
@NullMarked
package dev.perdure.bench.micro;

import org.jspecify.annotations.NullMarked;
