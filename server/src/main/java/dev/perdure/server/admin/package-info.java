/**
 * The admin port: health that tells the truth, metrics, the node's figures and configuration. Entry
 * type: {@link dev.perdure.server.admin.Admin}.
 *
 * <p>Threading: handlers hold no state. Invariant: answers while the node starts and stops, too.
 * Does not own: the figures, and anything that changes data.
 */
@NullMarked
package dev.perdure.server.admin;

import org.jspecify.annotations.NullMarked;
