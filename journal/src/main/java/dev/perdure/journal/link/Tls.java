package dev.perdure.journal.link;

import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;

/** How a node proves who it is, and whom it believes. Both directions are authenticated. */
public record Tls(KeyManager keys, TrustManager trust) {}
