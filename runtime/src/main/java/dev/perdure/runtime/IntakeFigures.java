package dev.perdure.runtime;

/**
 * How a shard's crowd fares; counters since the start of the process. Nothing that is counted here
 * was executed.
 *
 * @param full refused because too much was waiting
 * @param hopeless refused because it could not be done before its deadline
 * @param shed given up because too much was waiting for too long
 * @param expired found with its deadline passed when its turn came
 * @param delayMicros how long all that waits takes, at the measured pace; 0 if it is not known
 * @param overloaded true while the newest goes first and the least important is shed
 */
public record IntakeFigures(
    long full, long hopeless, long shed, long expired, long delayMicros, boolean overloaded) {}
