package dev.perdure.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Markdown file: its links, headings and blocks of code. A block that stands behind {@code <!--
 * from FILE#REGION -->} is a copy of the lines between {@code // docs: REGION} and {@code // docs:
 * end} in that file.
 */
final class Document {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern SOURCE = Pattern.compile("<!-- from ([^#]+)#(\\S+) -->");
  private static final Pattern OUTSIDE = Pattern.compile("[a-z]+:.*");
  private static final String FENCE = "```";

  private final String path;
  private final List<Link> links = new ArrayList<>();
  private final List<Block> blocks = new ArrayList<>();
  private final List<Integer> looseJava = new ArrayList<>();
  private final Set<String> anchors = new HashSet<>();

  /** A link to a file of the repository; {@code line} counts from 1. */
  record Link(String text, int line) {
    String path() {
      return text.replaceFirst("#.*", "");
    }

    String anchor() {
      return text.contains("#") ? text.replaceFirst("[^#]*#", "") : "";
    }
  }

  /** A block of code that names its source. */
  record Block(String file, String region, String text, int line) {}

  Document(SourceFile file) {
    this.path = file.path();
    List<String> lines = file.lines();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith(FENCE)) {
        i = block(lines, i);
      } else {
        prose(line, i + 1);
      }
    }
  }

  private int block(List<String> lines, int start) {
    int end = start + 1;
    while (end < lines.size() && !lines.get(end).startsWith(FENCE)) {
      end++;
    }
    Matcher source = SOURCE.matcher(start == 0 ? "" : lines.get(start - 1));
    if (source.matches()) {
      String text = String.join("\n", lines.subList(start + 1, end)) + "\n";
      blocks.add(new Block(source.group(1), source.group(2), text, start + 1));
    } else if (lines.get(start).equals(FENCE + "java")) {
      looseJava.add(start + 1);
    }
    return end;
  }

  private void prose(String line, int number) {
    if (line.startsWith("#")) {
      String title = line.replaceFirst("#+ *", "").toLowerCase(Locale.ROOT);
      anchors.add(title.replaceAll("[^a-z0-9 _-]", "").replace(' ', '-'));
    }
    for (Matcher link = LINK.matcher(line); link.find(); ) {
      if (!OUTSIDE.matcher(link.group(1)).matches()) {
        links.add(new Link(link.group(1), number));
      }
    }
  }

  String path() {
    return path;
  }

  List<Link> links() {
    return links;
  }

  List<Block> blocks() {
    return blocks;
  }

  List<Integer> looseJava() {
    return looseJava;
  }

  Set<String> anchors() {
    return anchors;
  }

  /** A link's path relative to the root of the repository. */
  String resolve(String link) {
    Path here = Path.of(path);
    Path target = link.isEmpty() ? here : here.resolveSibling(link);
    return target.normalize().toString().replace('\\', '/');
  }

  /** The lines of a region, without the indentation that they share. */
  static String region(Path file, String region) {
    List<String> lines = new ArrayList<>();
    boolean inside = false;
    try {
      for (String line : Files.readAllLines(file)) {
        if (line.strip().equals("// docs: end")) {
          inside = false;
        } else if (line.strip().equals("// docs: " + region)) {
          inside = true;
        } else if (inside) {
          lines.add(line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("no source " + file, e);
    }
    return String.join("\n", lines).stripTrailing().stripIndent().strip() + "\n";
  }
}
