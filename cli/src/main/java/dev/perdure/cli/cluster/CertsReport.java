package dev.perdure.cli.cluster;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code cluster certs} did.
 *
 * @param authority what signs
 * @param node what was signed
 * @param configuration keys and values for the node's configuration
 */
record CertsReport(AuthorityPart authority, NodePart node, Map<String, String> configuration) {

  /** The authority's files. */
  record AuthorityPart(String certificate, String key, boolean created, String expires) {}

  /** The node's files, and what the certificate says. */
  record NodePart(
      String name,
      String certificate,
      String key,
      boolean renewed,
      List<String> hosts,
      List<String> clusters,
      String serial,
      String expires) {}

  static CertsReport of(Path folder, NodeFiles.Order order, Authority authority, NodeFiles files) {
    Path certificate = order.certificateFile(folder);
    Path key = order.keyFile(folder);
    Path trusted = folder.resolve(Authority.CERTIFICATE_FILE);
    Instant expires = files.certificate().getNotAfter().toInstant();
    Map<String, String> configuration = new LinkedHashMap<>();
    configuration.put("cluster.tls.certificate", certificate.toString());
    configuration.put("cluster.tls.key", key.toString());
    configuration.put("cluster.tls.authority", trusted.toString());
    return new CertsReport(
        new AuthorityPart(
            trusted.toString(),
            folder.resolve(Authority.KEY_FILE).toString(),
            authority.created(),
            authority.expires().toString()),
        new NodePart(
            order.node(),
            certificate.toString(),
            key.toString(),
            files.renewed(),
            order.hosts().stream().map(Host::text).toList(),
            files.clusterUris(),
            files.certificate().getSerialNumber().toString(16),
            expires.toString()),
        configuration);
  }

  /** For people. */
  String text() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%-12s %s, valid until %s%s"
            .formatted(
                "authority",
                authority.certificate(),
                authority.expires(),
                authority.created() ? "   (new)" : ""));
    lines.add(
        "%-12s %s, valid until %s   (%s)"
            .formatted(
                "node " + node.name(),
                node.certificate(),
                node.expires(),
                node.renewed() ? "renewed" : "new"));
    lines.add("%-12s %s".formatted("hosts", String.join(", ", node.hosts())));
    lines.add(
        "%-12s %s"
            .formatted(
                "cluster",
                node.clusters().isEmpty()
                    ? "none named: any cluster that trusts the authority"
                    : String.join(", ", node.clusters())));
    lines.add("");
    lines.add("# configuration of " + node.name());
    configuration.forEach((key, value) -> lines.add(key + ": " + quoted(value)));
    lines.add("");
    lines.add("Keep %s off the nodes: who has it can join the cluster.".formatted(authority.key()));
    return String.join(System.lineSeparator(), lines);
  }

  /** A plain YAML scalar if it can be one. */
  private static String quoted(String value) {
    return value.matches("[\\w./][\\w./@+-]*") ? value : "'" + value.replace("'", "''") + "'";
  }
}
