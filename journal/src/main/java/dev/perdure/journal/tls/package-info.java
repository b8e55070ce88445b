/**
 * How nodes prove to each other who they are: mutual TLS from PEM files that may be exchanged while
 * the node runs. Entry types: {@link dev.perdure.journal.tls.NodeTls}, made of {@link
 * dev.perdure.journal.tls.NodeCertificates}, and {@link dev.perdure.journal.tls.RatisTls}, which
 * gives it to Ratis.
 *
 * <p>Threading: everything is thread-safe; files are read by the thread of a handshake, at most
 * once a second. Invariants: only files that passed every check are ever used; a handshake sees the
 * key and the certificate of one generation; a peer is trusted only if an authority signed its
 * certificate, if the certificate is made for the host it was reached under, and if it names no
 * other cluster; no key material is in any message. Does not own: making certificates, what a
 * trusted node may do, revocation lists.
 */
@NullMarked
package dev.perdure.journal.tls;

import org.jspecify.annotations.NullMarked;
