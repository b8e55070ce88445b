/**
 * {@code demo}: the main job end to end. A node runs as a process of its own, takes a ledger's
 * load, is killed with SIGKILL again and again in the middle of it, and is then asked for
 * everything it acknowledged. Entry type: {@link dev.perdure.cli.demo.DemoCommand}.
 *
 * <p>Threading: the load runs on virtual threads, the killer on the main thread; what they share is
 * {@code Replies} and {@code Books}. Invariants: the books hold a command only when its answer is
 * final, and what the node holds is compared with nothing but the books; the child process and its
 * files do not outlive the command unless that was asked for or a check failed. Does not own: the
 * rules of the ledger, the repeating of requests.
 */
@NullMarked
package dev.perdure.cli.demo;

import org.jspecify.annotations.NullMarked;
