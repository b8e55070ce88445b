package dev.perdure.runtime;

/**
 * A shard's wakes at one moment; counters since the start of the process.
 *
 * @param pending entities that want to be woken, those for which it is never among them
 * @param running found due, and not applied yet
 * @param fired run
 * @param failed could not be run; they are tried again
 * @param lateMicros by how much the first one that is due, if any, is late
 * @param lateMicrosMax by how much one was late at most when it was run
 */
public record WakeFigures(
    long pending, int running, long fired, long failed, long lateMicros, long lateMicrosMax) {}
