package dev.perdure.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.IVersionProvider;

/** Versions of what runs here. */
final class Versions implements IVersionProvider {

  private static final String UNKNOWN = "unknown";

  /** Name for people, and where the library's jar says its version. */
  private static final Map<String, String> LIBRARIES = new LinkedHashMap<>();

  static {
    LIBRARIES.put("Apache Ratis", "org.apache.ratis/ratis-server");
    LIBRARIES.put("RocksDB", "org.rocksdb/rocksdbjni");
    LIBRARIES.put("Helidon", "io.helidon.webserver/helidon-webserver");
    LIBRARIES.put("Jackson", "tools.jackson.core/jackson-databind");
    LIBRARIES.put("picocli", "info.picocli/picocli");
  }

  @Override
  public String[] getVersion() {
    return new String[] {"perdure " + perdure()};
  }

  static String perdure() {
    return maven("dev.perdure/perdure-cli");
  }

  static Map<String, String> libraries() {
    Map<String, String> versions = new LinkedHashMap<>();
    LIBRARIES.forEach((name, artifact) -> versions.put(name, maven(artifact)));
    return versions;
  }

  /** What Maven wrote into the artifact's jar, else what the jar's name says. */
  private static String maven(String artifact) {
    String path = "/META-INF/maven/" + artifact + "/pom.properties";
    try (InputStream in = Versions.class.getResourceAsStream(path)) {
      if (in == null) {
        return jarName(artifact.substring(artifact.indexOf('/') + 1));
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", UNKNOWN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String jarName(String name) {
    Matcher jar =
        Pattern.compile("\\b" + Pattern.quote(name) + "-([0-9][^/\\\\]*?)\\.jar")
            .matcher(System.getProperty("java.class.path", ""));
    return jar.find() ? jar.group(1) : UNKNOWN;
  }
}
