package dev.perdure.cli.overload;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/** What was acknowledged, and what the node holds of it in the end. For one thread. */
final class Ledger {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final URI api;
  private final Map<String, Long> acknowledged = new TreeMap<>();
  private final Map<String, List<Shot>> unknown = new HashMap<>();

  Ledger(URI api) {
    this.api = api;
  }

  /**
   * A comparison.
   *
   * @param acknowledged deposits that callers were told to be done
   * @param unknownDone of those whose callers were told nothing, or that it is not known, the ones
   *     that the node has done
   * @param unknown all of these
   * @param deposited the sum of all balances: each deposit was of one
   */
  record Comparison(long acknowledged, long unknownDone, long unknown, long deposited) {

    /** How much was done and is not there. */
    long lost() {
      return Math.max(0, acknowledged + unknownDone - deposited);
    }

    /** How much is there without having been done once. */
    long doubled() {
      return Math.max(0, deposited - acknowledged - unknownDone);
    }
  }

  void acknowledged(String tenant) {
    acknowledged.merge(tenant, 1L, Long::sum);
  }

  void unknown(String tenant, Shot shot) {
    acknowledged.putIfAbsent(tenant, 0L);
    unknown.computeIfAbsent(tenant, any -> new ArrayList<>()).add(shot);
  }

  /** Reads all balances, and asks what became of every operation that nobody knows of. */
  Comparison compare() throws IOException, InterruptedException {
    long told = 0;
    long done = 0;
    long open = 0;
    long deposited = 0;
    try (HttpClient http = HttpClient.newHttpClient()) {
      for (Map.Entry<String, Long> one : acknowledged.entrySet()) {
        told += one.getValue();
        for (Shot shot : unknown.getOrDefault(one.getKey(), List.of())) {
          open++;
          String path = "/v1/operations/account/" + account(shot.account()) + "/";
          done += get(http, one.getKey(), path + shot.operationId()).statusCode() == 200 ? 1 : 0;
        }
        for (int i = 0; i < Callers.ACCOUNTS; i++) {
          HttpResponse<String> state =
              get(http, one.getKey(), "/v1/entities/account/" + account(i));
          if (state.statusCode() == 200) {
            deposited += JsonMapper.shared().readTree(state.body()).path("balance").asLong();
          } else if (state.statusCode() != 404) {
            throw new IOException("a balance cannot be read: " + state.body());
          }
        }
      }
    }
    return new Comparison(told, done, open, deposited);
  }

  private static String account(int number) {
    return "a%05d".formatted(number);
  }

  private HttpResponse<String> get(HttpClient http, String tenant, String path)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(api.resolve(path))
            .header("Perdure-Tenant", tenant)
            .header("Priority", "u=0")
            .timeout(PATIENCE)
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
