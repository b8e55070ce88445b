package dev.perdure.runtime.queue;

/**
 * The saga that gets a worker's result.
 *
 * @param saga its type
 * @param id its id
 * @param signal the result's name there
 */
public record ReplyTo(String saga, String id, String signal) {}
