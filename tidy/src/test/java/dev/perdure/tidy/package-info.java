/**
 * The rules of the house as tests: which calls are banned where, how long things may be, which
 * module may see which. Each checker takes sources or classes as input, so that its own test can
 * plant a violation and see it found. The rules themselves stand in {@link dev.perdure.tidy.Bans},
 * {@link dev.perdure.tidy.Sizes}, {@link dev.perdure.tidy.Hygiene} and {@link
 * dev.perdure.tidy.Architecture}.
 */
package dev.perdure.tidy;
