package dev.perdure.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.server.config.ConfigReference;
import dev.perdure.server.http.ProblemReference;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The reference pages are what the code says. To write them anew: run this test with {@code
 * -Dperdure.docs=write}.
 */
class ReferencePagesTest {

  enum Page {
    CONFIGURATION("configuration.md") {
      @Override
      String content() {
        return ConfigReference.markdown();
      }
    },
    PROBLEMS("problems.md") {
      @Override
      String content() {
        return ProblemReference.markdown();
      }
    };

    private final String file;

    Page(String file) {
      this.file = file;
    }

    abstract String content();

    Path path() {
      return Path.of(System.getProperty("perdure.root"), "docs", "reference", file);
    }
  }

  @ParameterizedTest
  @EnumSource
  void isCurrent(Page page) throws Exception {
    if (System.getProperty("perdure.docs", "").equals("write")) {
      Files.createDirectories(page.path().getParent());
      Files.writeString(page.path(), page.content());
    }
    assertThat(Files.readString(page.path()))
        .as("docs/reference/%s: write it anew with -Dperdure.docs=write", page.file)
        .isEqualTo(page.content());
  }
}
