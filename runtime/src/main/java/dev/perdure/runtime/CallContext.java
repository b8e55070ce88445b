package dev.perdure.runtime;

/**
 * Who asks, and until when.
 *
 * @param principal recorded with what the command changes
 * @param trace trace id, 32 hexadecimal digits; empty if there is none
 * @param deadlineNs on the node's monotonic clock
 */
public record CallContext(String principal, String trace, long deadlineNs) {}
