package org.concordat.protocol;

import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * The connections of a server, so that one can be closed whose peer has stopped reading: gRPC would
 * wait until what it has queued is read. Thread-safe.
 */
public final class PeerConnections implements AutoCloseable {
  private final Set<Channel> open = ConcurrentHashMap.newKeySet();
  private final EventLoopGroup accepting =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final EventLoopGroup serving = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());

  /** Keeps the connections of this server from now on. */
  public NettyServerBuilder of(NettyServerBuilder server) {
    return server
        .bossEventLoopGroup(accepting)
        .workerEventLoopGroup(serving)
        .channelFactory(Listening::new);
  }

  /**
   * Closes each connection whose peer's certificates are such, at once. One in its handshake has
   * none yet.
   */
  public void closeWhere(Predicate<List<X509Certificate>> unwanted) {
    for (Channel connection : open) {
      List<X509Certificate> peer = peer(connection);
      ChannelHandlerContext first = connection.pipeline().firstContext();
      if (first != null && !peer.isEmpty() && unwanted.test(peer)) {
        first.close(); // from the last handler it would wait for what is queued
      }
    }
  }

  private static List<X509Certificate> peer(Channel connection) {
    SslHandler tls = connection.pipeline().get(SslHandler.class);
    List<X509Certificate> chain = new ArrayList<>();
    if (tls != null) {
      try {
        for (var certificate : tls.engine().getSession().getPeerCertificates()) {
          chain.add((X509Certificate) certificate);
        }
      } catch (SSLPeerUnverifiedException inItsHandshake) {
        chain.clear();
      }
    }
    return chain;
  }

  /** Ends the threads; after the server has ended. */
  @Override
  public void close() {
    accepting.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    serving.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  /** Notes what it accepts. */
  private final class Listening extends NioServerSocketChannel {
    @Override
    protected int doReadMessages(List<Object> accepted) throws Exception {
      int before = accepted.size();
      int count = super.doReadMessages(accepted);
      for (Object one : accepted.subList(before, accepted.size())) {
        if (one instanceof Channel connection) {
          open.add(connection);
          connection.closeFuture().addListener(closed -> open.remove(connection));
        }
      }
      return count;
    }
  }
}
