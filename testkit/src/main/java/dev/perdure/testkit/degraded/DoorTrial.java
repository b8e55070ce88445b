package dev.perdure.testkit.degraded;

import static dev.perdure.testkit.degraded.Trial.require;

import dev.perdure.api.Capability;
import dev.perdure.api.Degraded;
import dev.perdure.api.Service;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.mode.Modes;
import dev.perdure.runtime.type.DeferredSaga;
import dev.perdure.runtime.type.TypeRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * While the capability is forced new requests to what it covers are refused if its form says so,
 * and nothing else is; when it is released none are.
 */
record DoorTrial(Service service, Capability declared) {

  private static final JsonMapper JSON = JsonMapper.shared();

  /** Nothing is begun by it: what is let through is refused for what it says. */
  private static final String MALFORMED = "[";

  private static final String REFUSED = "503 capability-degraded";

  /** What a door says that has found the type, and looked at what is asked of it. */
  private static final Set<String> LOOKED_AT =
      Set.of(
          "400 malformed-request",
          "400 operation-id-required",
          "404 unknown-command",
          "422 invalid-body");

  private Covering covering() {
    return new Covering(service, declared);
  }

  private boolean refuses(String name) {
    return declared.degraded() instanceof Degraded.Disabled && declared.covers().contains(name);
  }

  /** As the runtime tells whatever door there is. */
  void holdsInTheRuntime() {
    TypeRegistry types = new TypeRegistry(List.of(covering()));
    try (Modes modes = new Modes(types, Map.of(), Clock.system())) {
      refusals(types, modes, false);
      modes.capabilities().force(declared.name(), Trial.TEST, Trial.TEST);
      refusals(types, modes, true);
      modes.capabilities().release(declared.name(), Trial.TEST, Trial.TEST);
      refusals(types, modes, false);
    }
  }

  private void refusals(TypeRegistry types, Modes modes, boolean forced) {
    for (String name : requests(types).keySet()) {
      String refusal = modes.refusal(name, "default");
      require("refused: " + name, refusal != null, forced && refuses(name));
      if (refusal != null && declared.degraded() instanceof Degraded.Disabled off) {
        require("says why: " + refusal, refusal.endsWith("; " + off.reason()), true);
      }
    }
  }

  /** As a node answers over HTTP. */
  void holdsAt(Door door, Path data) {
    TypeRegistry types = new TypeRegistry(List.of(covering()));
    Door.Opened opened = door.open(covering(), data);
    try (AutoCloseable node = opened.node();
        HttpClient http = HttpClient.newHttpClient()) {
      Asking asking = new Asking(http, opened, node);
      answers(types, asking, false);
      asking.decide(declared.name(), "force");
      answers(types, asking, true);
      asking.decide(declared.name(), "release");
      answers(types, asking, false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError("the door does not answer", e);
    }
  }

  private void answers(TypeRegistry types, Asking asking, boolean forced)
      throws IOException, InterruptedException {
    for (Map.Entry<String, List<Ask>> one : requests(types).entrySet()) {
      for (Ask ask : one.getValue()) {
        String answer = asking.ask(ask);
        boolean refuses = forced && refuses(one.getKey());
        if (refuses ? !answer.equals(REFUSED) : !lookedAt(answer)) {
          throw new AssertionError(
              "%s %s, %s: %s"
                  .formatted(
                      ask.method, ask.path, forced ? "while it is degraded" : "whole", answer));
        }
      }
    }
  }

  /** Neither refused for whatever reason, nor sent to a path that nobody serves. */
  private static boolean lookedAt(String answer) {
    return answer.matches("2\\d\\d") || LOOKED_AT.contains(answer);
  }

  /** A request. */
  private record Ask(String method, String path, String body) {}

  /** New requests to each type, queue and view, by stored name. */
  private static Map<String, List<Ask>> requests(TypeRegistry types) {
    Map<String, List<Ask>> all = new TreeMap<>();
    types
        .models()
        .forEach(
            one -> {
              if (types.find(one.name()) != null) {
                add(all, one.name(), "POST", "/v1/entities/" + one.name() + "/trial/nothing");
              }
            });
    types.sagas().stream()
        .filter(one -> !one.name().startsWith(DeferredSaga.PREFIX)) // which no caller starts
        .forEach(one -> add(all, one.name(), "PUT", "/v1/sagas/" + one.name() + "/trial"));
    types
        .queues()
        .forEach(
            one -> {
              add(all, one.name(), "POST", "/v1/queues/" + one.name() + "/messages");
              add(all, one.name(), "POST", "/v1/queues/" + one.name() + "/lease");
            });
    types.views().forEach(one -> add(all, one.name(), "GET", "/v1/views/" + one.name()));
    return all;
  }

  private static void add(Map<String, List<Ask>> all, String name, String method, String path) {
    String body = method.equals("GET") ? "" : MALFORMED;
    all.computeIfAbsent(name, any -> new ArrayList<>()).add(new Ask(method, path, body));
  }

  /** Who asks a node. */
  private record Asking(HttpClient http, Door.Opened opened, AutoCloseable node) {

    /** Status, and the problem's code if there is one. */
    String ask(Ask ask) throws IOException, InterruptedException {
      HttpResponse<String> answer = send(ask, opened.api());
      return answer.statusCode() + code(answer.body());
    }

    private static String code(String body) {
      try {
        JsonNode code = JSON.readTree(body).path("code");
        return code.isString() ? " " + code.asString() : "";
      } catch (JacksonException e) {
        return "";
      }
    }

    void decide(String capability, String decision) throws IOException, InterruptedException {
      String path = "/admin/v1/mode/capabilities/" + capability + "/" + decision;
      Ask ask = new Ask("POST", path, "{\"reason\":\"" + Trial.TEST + "\"}");
      HttpResponse<String> answer = send(ask, opened.admin());
      require(decision + ": " + answer.body(), answer.statusCode(), 200);
    }

    private HttpResponse<String> send(Ask ask, URI to) throws IOException, InterruptedException {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(to.resolve(ask.path))
              .timeout(Trial.PATIENCE)
              .header("Content-Type", "application/json");
      request.method(
          ask.method,
          ask.body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(ask.body));
      return http.send(request.build(), BodyHandlers.ofString());
    }
  }
}
