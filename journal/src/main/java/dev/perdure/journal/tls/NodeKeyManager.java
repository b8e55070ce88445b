package dev.perdure.journal.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Presents the newest certificate. A handshake asks for an alias first and with it for key and
 * chain; the alias names the generation, so that both are of one.
 *
 * <p>The authorities that a server says it accepts are not heeded: it refuses a certificate of
 * another one with a reason, whereas without a certificate nobody would see what is wrong.
 */
final class NodeKeyManager extends X509ExtendedKeyManager {

  private final Generations generations;

  NodeKeyManager(Generations generations) {
    this.generations = generations;
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return alias(keyTypes);
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return alias(keyType);
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return alias(keyTypes);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return alias(keyType);
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return aliases(keyType);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return aliases(keyType);
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    Credentials named = generations.named(alias);
    return named == null ? null : named.chainArray();
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    Credentials named = generations.named(alias);
    return named == null ? null : named.key();
  }

  private String @Nullable [] aliases(String keyType) {
    String alias = alias(keyType);
    return alias == null ? null : new String[] {alias};
  }

  private @Nullable String alias(String... keyTypes) {
    Generations.Generation newest = generations.newest();
    String algorithm = newest.credentials().key().getAlgorithm();
    for (String type : keyTypes) {
      if (type.equals(algorithm) || type.startsWith(algorithm + "_")) {
        return newest.alias();
      }
    }
    return null;
  }
}
