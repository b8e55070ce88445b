/**
 * Guarded calls over HTTP: {@link dev.perdure.guard.http.GuardedHttpClient} for {@code
 * java.net.http}, and {@link dev.perdure.guard.http.HttpCaller} for what a request that came in
 * says of its caller.
 *
 * <p>Thread-safe. Does not own: connections, redirects, admission.
 */
@NullMarked
package dev.perdure.guard.http;

import org.jspecify.annotations.NullMarked;
