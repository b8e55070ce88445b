package dev.perdure.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What documents link to exists, and the code they show is the code that tests run. */
class DocumentsTest {

  private final Path root = Repository.root();
  private final List<Document> documents =
      Repository.files(root).stream()
          .filter(file -> file.path().endsWith(".md"))
          .map(Document::new)
          .toList();

  @Test
  void linksLeadSomewhere() {
    List<Finding> broken = new ArrayList<>();
    for (Document document : documents) {
      for (Document.Link link : document.links()) {
        String path = document.resolve(link.path());
        if (!leads(path, link.anchor())) {
          broken.add(new Finding(document.path(), link.line(), "nothing is at " + link.text()));
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  private boolean leads(String path, String anchor) {
    if (anchor.isEmpty() || !path.endsWith(".md")) {
      return Files.exists(root.resolve(path));
    }
    return documents.stream()
        .anyMatch(document -> document.path().equals(path) && document.anchors().contains(anchor));
  }

  @Test
  void shownCodeIsTheCodeThatIsTested() {
    List<Finding> different = new ArrayList<>();
    int blocks = 0;
    for (Document document : documents) {
      for (Document.Block block : document.blocks()) {
        blocks++;
        String source = Document.region(root.resolve(block.file()), block.region());
        if (!source.equals(block.text())) {
          String message = "differs from " + block.file() + ", which has:\n" + source;
          different.add(new Finding(document.path(), block.line(), message));
        }
      }
    }
    assertThat(different).isEmpty();
    assertThat(blocks).as("blocks with a source").isPositive();
  }

  @Test
  void everyJavaBlockNamesItsSource() {
    List<Finding> loose = new ArrayList<>();
    for (Document document : documents) {
      for (int line : document.looseJava()) {
        loose.add(new Finding(document.path(), line, "a Java block without its source"));
      }
    }
    assertThat(loose).isEmpty();
  }
}
