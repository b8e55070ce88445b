/**
 * What a node says about itself: metrics for Prometheus and OpenMetrics, and the log. Entry types:
 * {@link dev.perdure.server.telemetry.Metrics}, {@link dev.perdure.server.telemetry.Logs}.
 *
 * <p>Threading: thread-safe. Invariants: labels are bounded (route templates, known methods, status
 * codes, shards); no body and no secret is logged. Does not own: the figures, which the core keeps.
 */
@NullMarked
package dev.perdure.server.telemetry;

import org.jspecify.annotations.NullMarked;
