package org.concordat.protocol;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of the server that answered a call last: a handshake judges them once, by what
 * is known then, and a connection may last for days. Thread-safe.
 */
public final class ServerChain implements ClientInterceptor {
  private volatile List<X509Certificate> chain = List.of();

  /** Leaf, member CA and jurisdiction CA; empty before an answer, or without TLS. */
  public List<X509Certificate> chain() {
    return chain;
  }

  /** As before an answer: the next one may come from another connection. */
  public void forget() {
    chain = List.of();
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onHeaders(Metadata answered) {
                chain = certificates(getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
                super.onHeaders(answered);
              }
            },
            headers);
      }
    };
  }

  private static List<X509Certificate> certificates(@Nullable SSLSession session) {
    List<X509Certificate> found = new ArrayList<>();
    if (session != null) {
      try {
        for (Certificate certificate : session.getPeerCertificates()) {
          found.add((X509Certificate) certificate);
        }
      } catch (SSLPeerUnverifiedException absent) {
        found.clear();
      }
    }
    return List.copyOf(found);
  }
}
