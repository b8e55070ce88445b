package dev.perdure.cli.demo;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a demo does.
 *
 * @param input a bank's file; null to generate the load
 * @param kills how often the node is killed
 * @param clients requests under way at a time
 * @param accounts accounts of a generated ledger
 * @param commands commands of a generated load
 * @param seed of the generated load and of the moments of the kills
 * @param keep leave the node running
 */
record DemoSettings(
    @Nullable Path input,
    int kills,
    int clients,
    int accounts,
    int commands,
    long seed,
    boolean keep) {}
