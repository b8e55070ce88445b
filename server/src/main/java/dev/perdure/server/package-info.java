/** One node as a process: ingress, health, telemetry. */
@NullMarked
package dev.perdure.server;

import org.jspecify.annotations.NullMarked;
