package dev.perdure.example.cascade;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class PlotTest {

  private static Report report() {
    List<Figures> figures =
        Stream.of(Contender.values())
            .map(
                contender ->
                    Figures.of(FiguresTest.run(contender, 10, 8, contender.title().length())))
            .toList();
    return Report.of(FiguresTest.script(10), figures);
  }

  private static Document parsed(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }

  private static List<Element> elements(Document document, String name) {
    NodeList found = document.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      elements.add((Element) found.item(i));
    }
    return elements;
  }

  @Test
  void svgHasACurveOfEachStackInBothPanels() throws Exception {
    List<Element> curves = elements(parsed(new Plot(report()).svg()), "polyline");
    assertThat(curves)
        .extracting(curve -> curve.getAttribute("data-name"))
        .containsExactly(
            "Perdure", "Resilience4j", "no guard", "Perdure", "Resilience4j", "no guard");
    assertThat(curves)
        .allSatisfy(curve -> assertThat(curve.getAttribute("points").split(" ")).hasSize(32));
  }

  @Test
  void faultIsShadedFromItsBeginToItsEnd() throws Exception {
    List<Element> shades =
        elements(parsed(new Plot(report()).svg()), "rect").stream()
            .filter(rectangle -> rectangle.getAttribute("fill").equals("#ececec"))
            .toList();
    // Seconds 2 to 6 of 16, on 762 units from 74 on.
    assertThat(shades).hasSize(2);
    assertThat(shades)
        .allSatisfy(
            shade -> {
              assertThat(shade.getAttribute("x")).isEqualTo("169.3");
              assertThat(shade.getAttribute("width")).isEqualTo("190.5");
            });
  }

  @Test
  void pngIsTheSameFigureTwiceAsLarge(@TempDir Path folder) throws Exception {
    List<Path> files = new Plot(report()).write(folder);
    assertThat(files)
        .extracting(file -> file.getFileName().toString())
        .containsExactly("cascade-chain-hang.svg", "cascade-chain-hang.png");
    Document svg = parsed(Files.readString(files.getFirst()));
    BufferedImage png = ImageIO.read(files.getLast().toFile());
    assertThat(2 * Integer.parseInt(svg.getDocumentElement().getAttribute("width")))
        .isEqualTo(png.getWidth());
    assertThat(2 * Integer.parseInt(svg.getDocumentElement().getAttribute("height")))
        .isEqualTo(png.getHeight());
    Set<String> drawn = new HashSet<>();
    for (int x = 0; x < png.getWidth(); x++) {
      for (int y = 0; y < png.getHeight(); y++) {
        drawn.add("#%06x".formatted(png.getRGB(x, y) & 0xffffff));
      }
    }
    Set<String> colours = new HashSet<>();
    elements(svg, "polyline").forEach(curve -> colours.add(curve.getAttribute("stroke")));
    assertThat(colours).hasSize(3);
    assertThat(drawn).containsAll(colours).contains("#ececec");
  }
}
