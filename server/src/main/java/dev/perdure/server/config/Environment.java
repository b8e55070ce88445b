package dev.perdure.server.config;

import java.util.Set;
import java.util.regex.Pattern;

/** Variables that begin like ours and are not. */
final class Environment {

  /** Read by the launcher, before there is a configuration. */
  private static final Set<String> LAUNCHER =
      Set.of(
          "PERDURE_JAVA_HOME",
          "PERDURE_HEAP",
          "PERDURE_GC",
          "PERDURE_OPTS",
          "PERDURE_AOT",
          "PERDURE_NO_BUILD",
          "PERDURE_HOME",
          "PERDURE_CONFIG");

  /** What Kubernetes sets in every container beside a service named {@code perdure…}. */
  private static final Pattern KUBERNETES =
      Pattern.compile(
          "PERDURE(_[A-Z0-9_]+)?_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_\\d+_(TCP|UDP)"
              + "(_(PROTO|PORT|ADDR))?)?)");

  private Environment() {}

  static boolean isForeign(String variable) {
    return LAUNCHER.contains(variable) || KUBERNETES.matcher(variable).matches();
  }
}
