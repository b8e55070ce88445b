package dev.perdure.runtime.type;

import org.jspecify.annotations.Nullable;

/**
 * A command as it came in.
 *
 * @param command its stored name
 * @param fingerprint hash of the name and the canonical JSON body
 * @param json as it came, to be sent on to another node
 * @param value the command record; null if the body does not fit today's class
 * @param invalid why it does not fit; null if it does
 */
public record CommandBody(
    String command,
    long fingerprint,
    byte[] json,
    @Nullable Object value,
    @Nullable String invalid) {}
