/**
 * Single requests to single nodes, as any client would send them. Entry type: {@link
 * dev.perdure.lab.cluster.http.Http}.
 *
 * <p>Threading: thread-safe. Invariant: nothing is repeated here; an {@link java.io.IOException}
 * means that the outcome is not known. Does not own: what an answer means.
 */
@NullMarked
package dev.perdure.lab.cluster.http;

import org.jspecify.annotations.NullMarked;
