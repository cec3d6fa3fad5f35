package org.concordat.coordinator.access;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.lang.reflect.Proxy;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** A call as it arrives over a connection whose peer has presented this chain. */
final class FakeCall<Q, A> extends ServerCall<Q, A> {
  private final MethodDescriptor<Q, A> method;
  private final Attributes attributes;
  volatile @Nullable Status closed;
  int closes;

  FakeCall(MethodDescriptor<Q, A> method, List<X509Certificate> chain) {
    this.method = method;
    this.attributes =
        Attributes.newBuilder().set(Grpc.TRANSPORT_ATTR_SSL_SESSION, session(chain)).build();
  }

  /** Only the peer's certificates are ever asked for. */
  private static SSLSession session(List<X509Certificate> chain) {
    return (SSLSession)
        Proxy.newProxyInstance(
            FakeCall.class.getClassLoader(),
            new Class<?>[] {SSLSession.class},
            (proxy, asked, arguments) -> {
              if (!asked.getName().equals("getPeerCertificates")) {
                throw new UnsupportedOperationException(asked.getName());
              }
              if (chain.isEmpty()) {
                throw new SSLPeerUnverifiedException("no certificate");
              }
              return chain.toArray(Certificate[]::new);
            });
  }

  @Override
  public void request(int messages) {}

  @Override
  public void sendHeaders(Metadata headers) {}

  @Override
  public void sendMessage(A message) {}

  @Override
  public void close(Status status, Metadata trailers) {
    closed = status;
    closes++;
  }

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public MethodDescriptor<Q, A> getMethodDescriptor() {
    return method;
  }

  @Override
  public Attributes getAttributes() {
    return attributes;
  }
}
