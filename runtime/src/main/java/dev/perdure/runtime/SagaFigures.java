package dev.perdure.runtime;

/**
 * What a node's drivers of sagas do; counters since the start of the process.
 *
 * @param driven sagas that run on this node now
 * @param waiting due, and waiting for room to run
 * @param stalled of those driven: nothing was recorded of them for five minutes
 * @param begun that began here
 * @param completed driven to their end
 * @param compensated driven back to their beginning
 * @param parked found to need a person
 */
public record SagaFigures(
    int driven,
    int waiting,
    int stalled,
    long begun,
    long completed,
    long compensated,
    long parked) {}
