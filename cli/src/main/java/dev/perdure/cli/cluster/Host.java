package dev.perdure.cli.cluster;

import java.net.InetAddress;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.GeneralName;
import org.jspecify.annotations.Nullable;

/**
 * A host name or address under which a node is reached.
 *
 * @param text as it was written
 * @param address it as an address; null when it is a name
 */
record Host(String text, @Nullable InetAddress address) {

  /** Letters, digits and hyphens (RFC 1123): the JDK refuses a certificate with other names. */
  private static final Pattern NAME =
      Pattern.compile(
          "(?=.{1,253}$)(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*");

  private static final Pattern FOUR_NUMBERS = Pattern.compile("\\d+(\\.\\d+){3}");
  private static final Pattern ENDS_IN_A_NUMBER = Pattern.compile("(.*\\.)?\\d+");

  /**
   * Reads a host.
   *
   * @throws IllegalArgumentException if it is neither a name nor an address
   */
  static Host parse(String text) {
    if (text.indexOf(':') >= 0 || FOUR_NUMBERS.matcher(text).matches()) {
      return new Host(text, address(text));
    }
    if (!NAME.matcher(text).matches() || ENDS_IN_A_NUMBER.matcher(text).matches()) {
      throw wrong(text);
    }
    return new Host(text, null);
  }

  private static InetAddress address(String text) {
    if (text.indexOf('%') >= 0) {
      throw wrong(text);
    }
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      throw wrong(text);
    }
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(
        "'%s' is neither a host name (letters, digits, hyphens and dots) nor an IP address"
            .formatted(text));
  }

  GeneralName alternativeName() {
    return address == null
        ? new GeneralName(GeneralName.dNSName, text)
        : new GeneralName(GeneralName.iPAddress, new DEROctetString(address.getAddress()));
  }
}
