package dev.perdure.server.http;

/**
 * How full a port is.
 *
 * @param port which: {@code api} or {@code admin}
 * @param connections that are open now
 * @param connectionsMax as many as may be
 * @param bufferBytes of request bodies in memory now; bodies of up to 4 KiB are not counted
 * @param bufferBytesMax as many as may be
 */
public record HttpFigures(
    String port, int connections, int connectionsMax, long bufferBytes, long bufferBytesMax) {}
