/**
 * Proves that what was acknowledged survives a power cut.
 *
 * <p>Killing a process keeps the page cache, so it proves nothing about fsync. Here a real process
 * runs with a preloaded library that records every write, sync, rename, truncation and removal
 * below one directory, in the order in which they took effect. Afterwards the power is cut at any
 * point of the record as often as wanted: each cut builds a directory that a file system may
 * legally leave, with what was not synced lost, torn, reordered or present, and a check recovers
 * from it.
 *
 * <pre>{@code
 * try (Recording recording = PowerCut.record(new ProcessBuilder("java", ...), root)) {
 *   recording.mark("acked 1");                       // or the process writes to MARK_FILE
 *   recording.await(Duration.ofMinutes(1));
 *   CrashImages images = CrashImages.of(recording.trace(), CrashModel.ORDERED);
 *   SweepReport report = images.sweep(new Sweep(200, images.fates(), 1, scratch), image -> ...);
 * }
 * }</pre>
 *
 * <p>Entry types, in the order of use: {@link dev.perdure.lab.powercut.PowerCut}, {@link
 * dev.perdure.lab.powercut.Recording}, {@link dev.perdure.lab.powercut.Trace}, {@link
 * dev.perdure.lab.powercut.CrashImages}.
 *
 * <p>Threading: a trace and its images are immutable; a recording is thread-safe; recorded
 * processes take one lock around each call and its record, which makes them slower but not
 * different.
 *
 * <p>Invariants: what a successful sync covered is in every image, byte for byte. No image shows
 * what no file system may leave (no version of a sector that never was, no name that never was).
 * The same trace, model, cut and seed give the same image. A trace that does not tell the whole
 * story says so: warnings, gaps, and {@link dev.perdure.lab.powercut.CrashImages#unrecorded}. A
 * check shows that it can fail by running with {@link
 * dev.perdure.lab.powercut.PowerCut#UNSYNCED_VARIABLE}, which leaves chosen syncs out.
 *
 * <p>Does not see: shared writable mappings (a warning), io_uring and direct system calls (found by
 * comparing the live directory with the record), other file systems mounted below the root. Does
 * not own: starting a node, its workload, or what recovered means; that is the check's.
 *
 * <p>The models follow Pillai et al., "All File Systems Are Not Created Equal" (OSDI 2014).
 */
@NullMarked
package dev.perdure.lab.powercut;

import org.jspecify.annotations.NullMarked;
