package dev.perdure.server.ingress;

import org.jspecify.annotations.Nullable;

/** What the API serves. The templates are the routes' names in metrics, logs and documents. */
enum Route {
  COMMAND("/v1/entities/{type}/{id}/{command}", "POST"),
  STATE("/v1/entities/{type}/{id}", "GET, HEAD"),
  EVENTS("/v1/entities/{type}/{id}/events", "GET, HEAD"),
  BATCH("/v1/entities:batch", "POST"),
  OPERATION("/v1/operations/{type}/{id}/{key}", "GET, HEAD"),
  CLUSTER("/v1/cluster", "GET, HEAD"),
  OPENAPI("/openapi.json", "GET, HEAD");

  private static final String ENTITIES = "/v1/entities/";
  private static final String OPERATIONS = "/v1/operations/";

  private final String template;
  private final String methods;

  Route(String template, String methods) {
    this.template = template;
    this.methods = methods;
  }

  String template() {
    return template;
  }

  /** Allowed methods, besides OPTIONS. */
  String methods() {
    return methods;
  }

  boolean allows(String method) {
    return method.equals("POST") ? methods.equals("POST") : methods.contains(method);
  }

  /**
   * Finds what a path stands for.
   *
   * @param rawPath still percent-encoded: an encoded slash separates nothing
   * @param method tells a command named {@code events} from the entity's events
   * @return null if nothing is served there
   */
  static @Nullable Target find(String rawPath, String method) {
    if (rawPath.startsWith(ENTITIES)) {
      return entity(rawPath, ENTITIES.length(), method);
    }
    return switch (rawPath) {
      case "/v1/entities:batch" -> new Target(BATCH, "", "", "");
      case "/v1/cluster" -> new Target(CLUSTER, "", "", "");
      case "/openapi.json" -> new Target(OPENAPI, "", "", "");
      default -> rawPath.startsWith(OPERATIONS) ? operation(rawPath) : null;
    };
  }

  private static @Nullable Target entity(String path, int from, String method) {
    int typeEnd = path.indexOf('/', from);
    if (typeEnd < 0) {
      return null;
    }
    String type = path.substring(from, typeEnd);
    int idEnd = path.indexOf('/', typeEnd + 1);
    if (idEnd < 0) {
      return new Target(STATE, type, path.substring(typeEnd + 1), "");
    }
    String id = path.substring(typeEnd + 1, idEnd);
    String last = path.substring(idEnd + 1);
    if (last.isEmpty() || last.indexOf('/') >= 0) {
      return null;
    }
    boolean events = last.equals("events") && !method.equals("POST");
    return new Target(events ? EVENTS : COMMAND, type, id, last);
  }

  private static @Nullable Target operation(String path) {
    int typeEnd = path.indexOf('/', OPERATIONS.length());
    int idEnd = typeEnd < 0 ? -1 : path.indexOf('/', typeEnd + 1);
    if (idEnd < 0 || path.indexOf('/', idEnd + 1) >= 0) {
      return null;
    }
    return new Target(
        OPERATION,
        path.substring(OPERATIONS.length(), typeEnd),
        path.substring(typeEnd + 1, idEnd),
        path.substring(idEnd + 1));
  }

  /**
   * A route with the segments of its path, still percent-encoded.
   *
   * @param last command or operation id
   */
  record Target(Route route, String type, String id, String last) {}
}
