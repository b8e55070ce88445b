/**
 * The proof of a cluster: real processes in a network of their own take a bank's load while one
 * fault after the other is injected and healed; then everything that clients were told is compared
 * with what the nodes hold.
 *
 * <pre>{@code
 * ClusterProof proof = new ClusterProof(new ProofSettings(command, 3, true, 0, Pace.of(60), 1, folder));
 * ProofReport report = proof.run(List.of(Combination.values()), done -> {});
 * }</pre>
 *
 * <p>Entry types: {@link dev.perdure.lab.cluster.ClusterProof}, {@link
 * dev.perdure.lab.cluster.Combination}, {@link dev.perdure.lab.cluster.Cluster}. The parts, in the
 * order of use: {@code host}, {@code net}, {@code process}, {@code load}, {@code view}, {@code
 * check}.
 *
 * <p>Threading: one run at a time in a proof; clients are threads of their own. Invariants: what is
 * injected and asked follows from the seed, who comes first is up to the moment; everything that a
 * run makes on the machine is gone when it ends, or when the next one begins. Does not own: the
 * rules of a cluster; it is examined from outside, over HTTP and by signals.
 */
@NullMarked
package dev.perdure.lab.cluster;

import org.jspecify.annotations.NullMarked;
