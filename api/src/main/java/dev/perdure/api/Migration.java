package dev.perdure.api;

import java.util.Map;
import java.util.function.Function;

/**
 * Reads a state checkpoint written by an older entity version, so that the state need not be folded
 * again from its first event.
 *
 * @param fromVersion the {@link Entity#version} that wrote the checkpoint
 * @param migrate turns the JSON object of the old state into today's state; pure
 */
public record Migration<S>(int fromVersion, Function<Map<String, Object>, S> migrate) {}
