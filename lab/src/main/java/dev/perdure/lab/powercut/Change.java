package dev.perdure.lab.powercut;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One change of a file's content or size.
 *
 * <p>A change either brings {@code data} to the bytes from {@code from} to {@code to}, or zeroes
 * them ({@code data} is null), or touches none ({@code from == to}) and only moves the size.
 *
 * @param to exclusive
 * @param sizeAfter of the file
 * @param through written synchronously: durable when the call returned
 */
record Change(
    long sequence,
    long from,
    long to,
    @Nullable MemorySegment data,
    long sizeAfter,
    boolean through) {

  /** Zeroing and resizing are changes of the inode; the journal of an ordered system holds them. */
  boolean metadata() {
    return data == null;
  }

  /**
   * Blocks that were given back or marked unwritten cannot come back, and what was written there
   * later cannot be found, unless this very change took effect. So no version of these bytes
   * crosses it.
   */
  boolean fence() {
    return data == null && from < to;
  }

  boolean touches(long start, long end) {
    return from < end && start < to;
  }
}
