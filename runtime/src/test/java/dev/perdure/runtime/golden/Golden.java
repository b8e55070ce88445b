package dev.perdure.runtime.golden;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/**
 * The frozen bytes of the stored formats: hexadecimal with comments behind {@code #}; {@code 00*9}
 * is nine zero bytes. They were written by another program than this one, from
 * docs/stored-formats.md.
 */
public final class Golden {

  private Golden() {}

  /** The bytes of one file. */
  public static byte[] bytes(String name) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String line : lines(name + ".hex")) {
      for (String word : line.split(" +", -1)) {
        String[] repeated = word.split("\\*", -1);
        int times = repeated.length == 2 ? Integer.parseInt(repeated[1]) : 1;
        byte[] once = HexFormat.of().parseHex(repeated[0]);
        for (int i = 0; i < times; i++) {
          out.writeBytes(once);
        }
      }
    }
    return out.toByteArray();
  }

  /** The lines of a file, comments and what is empty left out. */
  public static List<String> lines(String file) {
    try (InputStream in = Golden.class.getResourceAsStream("/golden/" + file)) {
      if (in == null) {
        throw new IllegalArgumentException("no golden file " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.replaceFirst("(^|\\s)#.*", "").strip())
          .filter(line -> !line.isEmpty())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
