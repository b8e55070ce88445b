package dev.perdure.server.ingress;

import org.jspecify.annotations.Nullable;

/**
 * What the API serves, and of sagas, subscriptions, queues and views the admin port. The templates
 * are the routes' names in metrics, logs and documents.
 */
enum Route {
  COMMAND("/v1/entities/{type}/{id}/{command}", "POST"),
  STATE("/v1/entities/{type}/{id}", "GET, HEAD"),
  EVENTS("/v1/entities/{type}/{id}/events", "GET, HEAD"),
  BATCH("/v1/entities:batch", "POST"),
  TRANSACTION("/v1/transactions", "POST"),
  OPERATION("/v1/operations/{type}/{id}/{key}", "GET, HEAD"),
  CLUSTER("/v1/cluster", "GET, HEAD"),
  STREAM("/v1/streams/{type}", "GET, HEAD"),
  VIEW("/v1/views/{view}", "GET, HEAD"),
  SAGA("/v1/sagas/{type}/{id}", "PUT, GET, HEAD"),
  SAGA_SIGNAL("/v1/sagas/{type}/{id}/signals/{name}", "POST"),
  SAGA_CANCEL("/v1/sagas/{type}/{id}/cancel", "POST"),
  QUEUE_SEND("/v1/queues/{queue}/messages", "POST"),
  QUEUE_LEASE("/v1/queues/{queue}/lease", "POST"),
  QUEUE_MESSAGE("/v1/queues/{queue}/messages/{id}", "GET, HEAD"),
  QUEUE_SAID("/v1/queues/{queue}/messages/{id}/{answer}", "POST"),
  SAGAS("/admin/v1/sagas", "GET, HEAD"),
  SAGA_DECISION("/admin/v1/sagas/{type}/{id}/{decision}", "POST"),
  SUBSCRIPTIONS("/admin/v1/subscriptions", "GET, HEAD"),
  SUBSCRIPTION("/admin/v1/subscriptions/{name}", "GET, HEAD"),
  SUBSCRIPTION_DECISION("/admin/v1/subscriptions/{name}/{decision}", "POST"),
  QUEUES("/admin/v1/queues", "GET, HEAD"),
  QUEUE("/admin/v1/queues/{queue}", "GET, HEAD"),
  QUEUE_DEAD("/admin/v1/queues/{queue}/dead", "GET, HEAD"),
  QUEUE_DECISION("/admin/v1/queues/{queue}/{decision}", "POST"),
  VIEWS("/admin/v1/views", "GET, HEAD"),
  VIEW_STANDING("/admin/v1/views/{view}", "GET, HEAD"),
  VIEW_REBUILD("/admin/v1/views/{view}/rebuild", "POST"),
  MODE("/admin/v1/mode", "GET, HEAD"),
  MODE_DECISION("/admin/v1/mode/{decision}", "POST"),
  CAPABILITY_DECISION("/admin/v1/mode/capabilities/{name}/{decision}", "POST"),
  OPENAPI("/openapi.json", "GET, HEAD");

  private static final String ENTITIES = "/v1/entities/";
  private static final String OPERATIONS = "/v1/operations/";
  private static final String API_SAGAS = "/v1/sagas/";
  private static final String STREAMS = "/v1/streams/";
  private static final String API_QUEUES = "/v1/queues/";
  private static final String API_VIEWS = "/v1/views/";
  private static final int SEGMENTS_MAX = 5;
  private static final String[] NO_SEGMENTS = {};

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
    return method.equals("POST")
        ? methods.equals("POST")
        : (", " + methods + ", ").contains(", " + method + ", ");
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
      case "/v1/transactions" -> new Target(TRANSACTION, "", "", "");
      case "/v1/cluster" -> new Target(CLUSTER, "", "", "");
      case "/openapi.json" -> new Target(OPENAPI, "", "", "");
      default -> rawPath.startsWith(API_SAGAS) ? saga(rawPath) : other(rawPath);
    };
  }

  private static @Nullable Target other(String rawPath) {
    if (rawPath.startsWith(API_QUEUES)) {
      return queue(rawPath);
    }
    String[] view = segments(rawPath, API_VIEWS);
    if (view.length == 1 && !view[0].isEmpty()) {
      return new Target(VIEW, view[0], "", "");
    }
    String[] parts = segments(rawPath, STREAMS);
    return parts.length == 1 && !parts[0].isEmpty()
        ? new Target(STREAM, parts[0], "", "")
        : operation(rawPath);
  }

  /**
   * Finds what a path of the admin port stands for, as far as sagas are concerned.
   *
   * @param rawPath still percent-encoded
   */
  static @Nullable Target findOnAdminPort(String rawPath) {
    if (rawPath.equals(SAGAS.template)) {
      return new Target(SAGAS, "", "", "");
    }
    String[] parts = segments(rawPath, SAGAS.template + "/");
    return parts.length == 3 ? new Target(SAGA_DECISION, parts[0], parts[1], parts[2]) : null;
  }

  /**
   * Finds what a path of the admin port stands for, as far as subscriptions are concerned.
   *
   * @param rawPath still percent-encoded
   */
  static @Nullable Target findSubscription(String rawPath) {
    if (rawPath.equals(SUBSCRIPTIONS.template)) {
      return new Target(SUBSCRIPTIONS, "", "", "");
    }
    String[] parts = segments(rawPath, SUBSCRIPTIONS.template + "/");
    return switch (parts.length) {
      case 1 -> new Target(SUBSCRIPTION, "", parts[0], "");
      case 2 -> new Target(SUBSCRIPTION_DECISION, "", parts[0], parts[1]);
      default -> null;
    };
  }

  /**
   * Finds what a path of the admin port stands for, as far as queues are concerned.
   *
   * @param rawPath still percent-encoded
   */
  static @Nullable Target findQueue(String rawPath, String method) {
    if (rawPath.equals(QUEUES.template)) {
      return new Target(QUEUES, "", "", "");
    }
    String[] parts = segments(rawPath, QUEUES.template + "/");
    return switch (parts.length) {
      case 1 -> new Target(QUEUE, parts[0], "", "");
      case 2 ->
          parts[1].equals("dead") && !method.equals("POST")
              ? new Target(QUEUE_DEAD, parts[0], "", "")
              : new Target(QUEUE_DECISION, parts[0], "", parts[1]);
      default -> null;
    };
  }

  private static @Nullable Target queue(String path) {
    String[] parts = segments(path, API_QUEUES);
    if (parts.length == 2 && parts[1].equals("lease")) {
      return new Target(QUEUE_LEASE, parts[0], "", "");
    }
    if (parts.length < 2 || !parts[1].equals("messages")) {
      return null;
    }
    return switch (parts.length) {
      case 2 -> new Target(QUEUE_SEND, parts[0], "", "");
      case 3 -> new Target(QUEUE_MESSAGE, parts[0], parts[2], "");
      case 4 -> new Target(QUEUE_SAID, parts[0], parts[2], parts[3]);
      default -> null;
    };
  }

  /**
   * Finds what a path of the admin port stands for, as far as views are concerned.
   *
   * @param rawPath still percent-encoded
   */
  static @Nullable Target findViewDesk(String rawPath) {
    if (rawPath.equals(VIEWS.template)) {
      return new Target(VIEWS, "", "", "");
    }
    String[] parts = segments(rawPath, VIEWS.template + "/");
    return switch (parts.length) {
      case 1 -> new Target(VIEW_STANDING, "", parts[0], "");
      case 2 -> parts[1].equals("rebuild") ? new Target(VIEW_REBUILD, "", parts[0], "") : null;
      default -> null;
    };
  }

  /**
   * Finds what a path of the admin port stands for, as far as the node's mode is concerned.
   *
   * @param rawPath still percent-encoded
   */
  static @Nullable Target findMode(String rawPath) {
    if (rawPath.equals(MODE.template)) {
      return new Target(MODE, "", "", "");
    }
    String[] parts = segments(rawPath, MODE.template + "/");
    return switch (parts.length) {
      case 1 -> new Target(MODE_DECISION, "", "", parts[0]);
      case 3 ->
          parts[0].equals("capabilities")
              ? new Target(CAPABILITY_DECISION, "", parts[1], parts[2])
              : null;
      default -> null;
    };
  }

  /** True if a request may change something. */
  boolean writes(String method) {
    return method.equals("POST") || method.equals("PUT");
  }

  private static @Nullable Target saga(String path) {
    String[] parts = segments(path, API_SAGAS);
    return switch (parts.length) {
      case 2 -> new Target(SAGA, parts[0], parts[1], "");
      case 3 -> parts[2].equals("cancel") ? new Target(SAGA_CANCEL, parts[0], parts[1], "") : null;
      case 4 ->
          parts[2].equals("signals") ? new Target(SAGA_SIGNAL, parts[0], parts[1], parts[3]) : null;
      default -> null;
    };
  }

  /** The segments behind a prefix; none if the path begins with something else. */
  private static String[] segments(String path, String prefix) {
    return path.startsWith(prefix)
        ? path.substring(prefix.length()).split("/", SEGMENTS_MAX)
        : NO_SEGMENTS;
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
    if (!path.startsWith(OPERATIONS)) {
      return null;
    }
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
   * @param type of the entity or saga, or the queue
   * @param last command, operation id, signal, decision or a worker's answer; empty if there is
   *     none
   */
  record Target(Route route, String type, String id, String last) {}
}
