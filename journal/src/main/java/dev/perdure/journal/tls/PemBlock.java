package dev.perdure.journal.tls;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One block of a PEM file (RFC 7468). Text around the blocks is a comment.
 *
 * @param label what it holds, for example {@code CERTIFICATE}
 * @param base64 the text between its lines
 */
record PemBlock(String label, String base64) {

  private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,64})-----");

  /** The blocks of a file in their order. A block without an end is a file half written. */
  static List<PemBlock> parse(Path file, byte[] content) throws TlsFileException {
    String text = new String(content, StandardCharsets.ISO_8859_1);
    List<PemBlock> blocks = new ArrayList<>();
    Matcher begin = BEGIN.matcher(text);
    int at = 0;
    while (begin.find(at)) {
      String label = begin.group(1);
      String end = "-----END " + label + "-----";
      int close = text.indexOf(end, begin.end());
      if (close < 0) {
        throw new TlsFileException(
            file, "ends within its " + label + ": write it whole, best under another name first");
      }
      blocks.add(new PemBlock(label, text.substring(begin.end(), close)));
      at = close + end.length();
    }
    return blocks;
  }

  /** The encoded bytes. */
  byte[] der(Path file) throws TlsFileException {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new TlsFileException(file, "holds a " + label + " that is not Base64: copy it again");
    }
  }

  /** Never the content: it may be a key. */
  @Override
  public String toString() {
    return "PemBlock[" + label + "]";
  }
}
