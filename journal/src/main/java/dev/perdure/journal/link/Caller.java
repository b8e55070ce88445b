package dev.perdure.journal.link;

/**
 * Who asks.
 *
 * @param cluster id of its cluster; empty while it belongs to none
 * @param node its stable id
 */
public record Caller(String cluster, String node) {}
