package dev.perdure.journal.tls;

import java.nio.file.Path;

/**
 * Where the PEM files of a node are.
 *
 * @param certificate the node's certificate, then those between it and the authority
 * @param key the certificate's private key, PKCS#8 and not encrypted
 * @param authority the certificates of the authorities whose nodes are trusted
 */
public record NodeCertificates(Path certificate, Path key, Path authority) {}
