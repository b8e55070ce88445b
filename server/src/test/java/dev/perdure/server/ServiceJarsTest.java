package dev.perdure.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.api.Service;
import dev.perdure.runtime.StartException;
import dev.perdure.server.fixture.Account;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceJarsTest {

  private static final String PROVIDERS = "META-INF/services/dev.perdure.api.Service";

  @TempDir Path folder;

  private Path jar(String name, String providers) throws Exception {
    Path jar = folder.resolve(name);
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry(providers.isEmpty() ? "nothing.txt" : PROVIDERS));
      out.write(providers.getBytes(StandardCharsets.UTF_8));
      out.closeEntry();
    }
    return jar;
  }

  @Test
  void saysWhichPathIsWrong() {
    assertThatThrownBy(() -> ServiceJars.load(List.of(folder.resolve("none.jar"))))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("none.jar does not exist");
    assertThatThrownBy(() -> ServiceJars.load(List.of(folder)))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("holds no jar");
  }

  @Test
  void saysWhichJarBringsNoService() throws Exception {
    Path jar = jar("empty.jar", "");
    assertThatThrownBy(() -> ServiceJars.load(List.of(jar)))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("empty.jar brings no service")
        .hasMessageContaining(PROVIDERS);
  }

  @Test
  void saysWhichClassIsMissing() throws Exception {
    Path jar = jar("broken.jar", "jarred.Missing\n");
    assertThatThrownBy(() -> ServiceJars.load(List.of(jar)))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("jarred.Missing");
  }

  @Test
  void refusesAFileThatIsNoJar() throws Exception {
    Path text = Files.writeString(folder.resolve("text.jar"), "not a jar");
    assertThatThrownBy(() -> ServiceJars.load(List.of(text)))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("text.jar");
  }

  @Test
  void findsTheServicesOfAJarAndOfAFolder() throws Exception {
    Path jar = JarredService.write(folder.resolve("good.jar"));
    List<Service> byJar = ServiceJars.load(List.of(jar));
    assertThat(byJar).extracting(Service::name).containsExactly("jarred");
    assertThat(byJar.getFirst().getClass().getClassLoader())
        .isNotSameAs(Account.class.getClassLoader());
    assertThat(ServiceJars.load(List.of(folder))).hasSize(1);
  }
}
