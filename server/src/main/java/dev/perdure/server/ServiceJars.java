package dev.perdure.server;

import dev.perdure.api.Service;
import dev.perdure.runtime.StartException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/**
 * Finds services in jars. All jars of one call share one class loader, so that a folder may hold a
 * service and what it depends on; it stays open as long as the process.
 */
public final class ServiceJars {

  private static final String PROVIDERS = "META-INF/services/" + Service.class.getName();

  private ServiceJars() {}

  /**
   * Loads the services of jars and of folders of jars.
   *
   * @throws StartException if a path is wrong, or a jar named by itself or a folder brings none
   */
  public static List<Service> load(List<Path> paths) {
    List<URL> urls = new ArrayList<>();
    for (Path path : paths) {
      List<Path> jars = jars(path);
      for (Path jar : jars) {
        urls.add(url(jar));
      }
    }
    URLClassLoader loader =
        new URLClassLoader("services", urls.toArray(URL[]::new), Service.class.getClassLoader());
    for (Path path : paths) {
      requireServices(path);
    }
    return services(loader);
  }

  private static List<Service> services(URLClassLoader loader) {
    List<Service> services = new ArrayList<>();
    try {
      for (Service service : ServiceLoader.load(Service.class, loader)) {
        if (loader.equals(service.getClass().getClassLoader())) {
          services.add(service);
        }
      }
    } catch (ServiceConfigurationError e) {
      throw new StartException("a service cannot be loaded: " + e.getMessage(), e);
    } catch (LinkageError e) {
      throw new StartException(
          "a service cannot be loaded: "
              + e
              + "; put the jars it depends on into the same folder, or compile it for this version",
          e);
    }
    return services;
  }

  private static List<Path> jars(Path path) {
    if (Files.isRegularFile(path)) {
      return List.of(path);
    }
    if (!Files.isDirectory(path)) {
      throw new StartException(
          "services: " + path + " does not exist; name a jar, or a folder of jars");
    }
    try (Stream<Path> content = Files.list(path)) {
      List<Path> jars = content.filter(one -> one.toString().endsWith(".jar")).sorted().toList();
      if (jars.isEmpty()) {
        throw new StartException("services: folder " + path + " holds no jar");
      }
      return jars;
    } catch (IOException e) {
      throw new StartException("services: " + path + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** A path that brings nothing is a mistake, even if another one brings something. */
  private static void requireServices(Path path) {
    boolean found = false;
    for (Path jar : jars(path)) {
      try (URLClassLoader alone = new URLClassLoader(new URL[] {url(jar)}, null)) {
        found |= alone.findResource(PROVIDERS) != null;
      } catch (IOException e) {
        throw new StartException("services: " + jar + " cannot be read: " + e.getMessage(), e);
      }
    }
    if (!found) {
      throw new StartException(
          "services: %s brings no service; its jar needs a file %s that names the class"
              .formatted(path, PROVIDERS));
    }
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new StartException("services: " + jar + " is no path of a jar", e);
    }
  }
}
