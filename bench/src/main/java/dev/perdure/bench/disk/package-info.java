/**
 * What the disk allows at most: the rate at which one thread can append and force.
 *
 * <p>Entry type: {@link dev.perdure.bench.disk.DiskLimit}. No service whose replies are durable and
 * come one by one can be faster; one that is faster has put several replies behind one force.
 *
 * <p>Threading: one thread. Does not own: the directory it is given.
 */
@NullMarked
package dev.perdure.bench.disk;

import org.jspecify.annotations.NullMarked;
