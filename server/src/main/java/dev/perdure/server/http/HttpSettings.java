package dev.perdure.server.http;

import java.time.Duration;

/**
 * Where a listener listens, and every bound of it.
 *
 * @param name for threads and messages
 * @param host address to bind
 * @param port 0 for any free one
 * @param bodyBytesMax a request body that is read as a whole
 * @param streamBytesMax a request body that is streamed
 * @param bufferBytesMax request bodies in memory, all connections together
 * @param headerBytesMax all headers of a request together
 * @param headersMax how many headers a request may have
 * @param lineBytesMax the request line
 * @param connectionsMax open connections; further ones wait in the listener's backlog
 * @param streamsMax concurrent HTTP/2 streams of a connection
 * @param requestTimeout from a request's first byte to its last
 * @param idleTimeout for a connection without a request
 * @param writeTimeout for a peer that does not read
 */
public record HttpSettings(
    String name,
    String host,
    int port,
    int bodyBytesMax,
    long streamBytesMax,
    long bufferBytesMax,
    int headerBytesMax,
    int headersMax,
    int lineBytesMax,
    int connectionsMax,
    int streamsMax,
    Duration requestTimeout,
    Duration idleTimeout,
    Duration writeTimeout) {}
