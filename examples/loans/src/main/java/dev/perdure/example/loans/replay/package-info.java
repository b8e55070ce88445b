/**
 * Brings a log of loan applications into a node, each event once, and compares what the node then
 * holds with the log. Entry type: {@link dev.perdure.example.loans.replay.ReplayRun}.
 *
 * <p>Threading: a replay has many threads inside and is used by one; everything else is immutable.
 * Invariants: an event is sent when those of its case before it are acknowledged; operation ids
 * come from the rows, so that a replay can be stopped anywhere and run again. Does not own: repeats
 * of requests, which are the client's; what is printed.
 */
@NullMarked
package dev.perdure.example.loans.replay;

import org.jspecify.annotations.NullMarked;
