package dev.perdure.journal.link;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor;

/** Names of the service and its headers, and bytes as messages. Fixed for ever. */
final class Wire {

  static final String SERVICE = "perdure.Node";

  static final Metadata.Key<String> CLUSTER =
      Metadata.Key.of("perdure-cluster", Metadata.ASCII_STRING_MARSHALLER);
  static final Metadata.Key<String> NODE =
      Metadata.Key.of("perdure-node", Metadata.ASCII_STRING_MARSHALLER);

  static final MethodDescriptor<byte[], byte[]> ASK =
      method("Ask", MethodDescriptor.MethodType.UNARY);
  static final MethodDescriptor<byte[], byte[]> STREAM =
      method("Stream", MethodDescriptor.MethodType.BIDI_STREAMING);

  private Wire() {}

  private static MethodDescriptor<byte[], byte[]> method(
      String name, MethodDescriptor.MethodType type) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
        .setRequestMarshaller(new Bytes())
        .setResponseMarshaller(new Bytes())
        .build();
  }

  static Metadata headers(Caller caller) {
    Metadata headers = new Metadata();
    headers.put(CLUSTER, caller.cluster());
    headers.put(NODE, caller.node());
    return headers;
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
