/**
 * The figures of a run, for people and for programs.
 *
 * <p>Entry type: {@link dev.perdure.bench.report.Report}. It is shown as an aligned table, as JSON,
 * or as the part of a Markdown document between two marks.
 *
 * <p>Threading: one thread. Does not own: how anything is measured.
 */
@NullMarked
package dev.perdure.bench.report;

import org.jspecify.annotations.NullMarked;
