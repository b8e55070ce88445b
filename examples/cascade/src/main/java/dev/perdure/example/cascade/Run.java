package dev.perdure.example.cascade;

import java.util.List;
import java.util.Map;

/**
 * What was recorded of one stack.
 *
 * @param shots every call of a client, the warm-up among them
 * @param arrivals requests that reached the ill service, by bins of {@link Timeline#BIN_NS}
 * @param services what each service counted, the warm-up included
 */
record Run(
    Contender contender,
    Script script,
    List<Shot> shots,
    int[] arrivals,
    Map<String, Service.Counts> services) {}
