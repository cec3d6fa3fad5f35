package org.concordat.protocol;

import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NegotiationType;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.SSL;
import io.netty.util.ResourceLeakDetector;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;

/**
 * gRPC over TLS 1.3 with both sides authenticated. BoringSSL where its natives load, else the JDK's
 * provider.
 *
 * <p>Resumption is off on both sides: a resumed handshake never asks the trust manager, and would
 * bypass revocation and expiry.
 */
public final class TlsChannels {
  /**
   * JDK session timeout that makes the provider issue no TLS 1.3 ticket: RFC 8446 section 4.6.1
   * forbids a ticket lifetime above seven days, so the provider skips the ticket.
   */
  private static final int NO_TICKET_TIMEOUT_SECONDS = 604_801;

  /** Netty's own property; set, it decides. */
  private static final String LEAK_DETECTION = "io.netty.leakDetection.level";

  static {
    // a buffer in 128 would have its stack walked, twice: for whoever hunts a leak, not for every
    // day
    if (System.getProperty(LEAK_DETECTION) == null) {
      ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }
  }

  private TlsChannels() {}

  /** A server builder bound to the address; port 0 lets the system pick. */
  public static NettyServerBuilder server(
      InetSocketAddress bind, KeyManager keys, TrustManager trust, Limits all) throws SSLException {
    WireLimits limits = all.wire();
    SslContextBuilder builder =
        SslContextBuilder.forServer(keys)
            .trustManager(trust)
            .clientAuth(ClientAuth.REQUIRE)
            .protocols("TLSv1.3");
    SslContext context = withoutResumption(GrpcSslContexts.configure(builder, provider()).build());
    return NettyServerBuilder.forAddress(bind)
        .sslContext(context)
        .handshakeTimeout(limits.handshakeMillis(), TimeUnit.MILLISECONDS)
        .maxInboundMessageSize(limits.maxInboundMessageBytes())
        .maxConcurrentCallsPerConnection(limits.callsPerConnection())
        .maxInboundMetadataSize(Math.toIntExact(all.get(Limit.HEADER_BYTES)))
        .maxRstFramesPerWindow(
            Math.toIntExact(all.get(Limit.RESETS_PER_CONNECTION)), Limits.RESET_SECONDS)
        .maxConnectionIdle(all.get(Limit.IDLE_SECONDS), TimeUnit.SECONDS)
        .permitKeepAliveTime(permittedMillis(limits), TimeUnit.MILLISECONDS)
        .permitKeepAliveWithoutCalls(true)
        .keepAliveTime(limits.keepAliveMillis(), TimeUnit.MILLISECONDS)
        .keepAliveTimeout(limits.keepAliveMillis() / 2, TimeUnit.MILLISECONDS);
  }

  /** Clients probe as usual, however rarely this server does: they are not turned away for it. */
  static long permittedMillis(WireLimits limits) {
    return Math.min(limits.keepAliveMillis(), WireLimits.DEFAULT.keepAliveMillis()) / 4;
  }

  /**
   * A channel builder.
   *
   * @param certificateName the DNS name the server's leaf must carry; the address may be another (a
   *     tunnel, an IP)
   */
  public static NettyChannelBuilder client(
      String host,
      int port,
      String certificateName,
      KeyManager keys,
      TrustManager trust,
      WireLimits limits)
      throws SSLException {
    SslContextBuilder builder =
        SslContextBuilder.forClient().keyManager(keys).trustManager(trust).protocols("TLSv1.3");
    SslContext context = withoutResumption(GrpcSslContexts.configure(builder, provider()).build());
    return NettyChannelBuilder.forAddress(new InetSocketAddress(host, port))
        .overrideAuthority(certificateName)
        .negotiationType(NegotiationType.TLS)
        .sslContext(context)
        .maxInboundMessageSize(limits.maxInboundMessageBytes())
        .keepAliveTime(limits.keepAliveMillis(), TimeUnit.MILLISECONDS)
        .keepAliveTimeout(limits.keepAliveMillis() / 2, TimeUnit.MILLISECONDS)
        .keepAliveWithoutCalls(true);
  }

  static SslProvider provider() {
    return OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
  }

  private static SslContext withoutResumption(SslContext context) {
    if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
      if (context.isClient()) {
        sessions.setSessionCacheEnabled(false);
        return context;
      }
      return new TicketlessServerContext(context);
    }
    context.sessionContext().setSessionTimeout(NO_TICKET_TIMEOUT_SECONDS);
    return context;
  }

  /** Disabling BoringSSL's session cache does not stop tickets; this option on each engine does. */
  private static final class TicketlessServerContext extends DelegatingSslContext {
    TicketlessServerContext(SslContext context) {
      super(context);
    }

    @Override
    protected void initEngine(SSLEngine engine) {
      SSL.setOptions(((ReferenceCountedOpenSslEngine) engine).sslPointer(), SSL.SSL_OP_NO_TICKET);
    }
  }
}
