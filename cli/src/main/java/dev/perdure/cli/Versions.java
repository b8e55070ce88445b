package dev.perdure.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
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

  /** What Maven wrote into the artifact's jar. */
  private static String maven(String artifact) {
    String path = "/META-INF/maven/" + artifact + "/pom.properties";
    try (InputStream in = Versions.class.getResourceAsStream(path)) {
      if (in == null) {
        return UNKNOWN;
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", UNKNOWN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
