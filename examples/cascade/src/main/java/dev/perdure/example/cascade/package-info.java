/**
 * Five services with real sockets, one of which falls ill, under the same load and the same script
 * with no guard, with Resilience4j and with Perdure's. Entry types: {@link
 * dev.perdure.example.cascade.CascadeCommand} for people, {@link
 * dev.perdure.example.cascade.Laboratory} for code.
 *
 * <p>Threading: a virtual thread for each request of a service and for each call of a client; what
 * they share is counters. Invariants: every call of a client ends in exactly one outcome; only the
 * service named in the script falls ill; the stacks differ in {@link
 * dev.perdure.example.cascade.Stack} and in nothing else. Does not own: the guard, and what a call
 * costs when everything works, which the benchmarks measure.
 */
@NullMarked
package dev.perdure.example.cascade;

import org.jspecify.annotations.NullMarked;
