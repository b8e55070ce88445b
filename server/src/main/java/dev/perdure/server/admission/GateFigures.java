package dev.perdure.server.admission;

import java.util.List;
import java.util.Map;

/**
 * How admission stands; counters since the start of the process.
 *
 * @param limit of brief requests under way
 * @param underWay of these now
 * @param inShards the same by shard; {@code none} for what is in no single one
 * @param typicalNs what half of the commands of the last window did not exceed
 * @param crowded whether those who are let in are to be served at once
 * @param held who are refused and have not been told yet
 * @param tenants that are known now
 * @param admitted by class: critical, high, normal, sheddable
 * @param refused by reason
 * @param hotTenants which ask most, with their share of all requests
 * @param hotEntities which are asked for most
 */
public record GateFigures(
    int limit,
    int underWay,
    Map<String, Integer> inShards,
    long typicalNs,
    boolean crowded,
    int held,
    int tenants,
    Map<String, Long> admitted,
    Map<String, Long> refused,
    List<Spot> hotTenants,
    List<Spot> hotEntities) {

  /** Something hot. */
  public record Spot(String name, double share) {}
}
