package dev.perdure.lab.cluster;

import dev.perdure.lab.cluster.process.PerdureCommand;
import java.nio.file.Path;

/**
 * What a proof does.
 *
 * @param command how {@code perdure} is started
 * @param nodes how many
 * @param joined true if they form a cluster; false for a node alone
 * @param seconds of load for each combination
 * @param seed of what is asked, of whom faults hit and when
 * @param folder gets a folder for each combination
 */
public record ProofSettings(
    PerdureCommand command, int nodes, boolean joined, int seconds, long seed, Path folder) {}
