package dev.perdure.server.ingress;

import dev.perdure.runtime.type.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;

/** Says where JSON is broken, without the words a library has for its own switches and classes. */
final class JsonFault {

  private static final String[] TAILS = {": enable `", "; enable `", " (start marker", ", from `"};

  private JsonFault() {}

  /** One sentence for the caller. */
  static String of(JacksonException fault) {
    if (fault instanceof StreamConstraintsException) {
      return constraint(fault.getOriginalMessage()) + at(fault);
    }
    return "the body is not well-formed JSON: " + plain(fault.getOriginalMessage()) + at(fault);
  }

  private static String constraint(String words) {
    if (words.contains("depth")) {
      return "the JSON is nested deeper than the " + Json.DEPTH_MAX + " levels that are allowed";
    }
    return words.contains("umber")
        ? "the JSON has a number with too many digits"
        : "the JSON has a name or string that is too long";
  }

  private static String plain(String words) {
    String out = words;
    for (String tail : TAILS) {
      int cut = out.indexOf(tail);
      out = cut < 0 ? out : out.substring(0, cut);
    }
    boolean ours = out.indexOf('`') < 0 && !out.contains("tools.") && !out.contains("java.");
    return ours ? out : "it cannot be read";
  }

  private static String at(JacksonException fault) {
    TokenStreamLocation location = fault.getLocation();
    return location == null || location.getLineNr() < 1
        ? ""
        : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
  }
}
