package org.concordat.protocol;

import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * The connections of a server: which of them come in at all, before a byte of theirs is read; and
 * that one can be closed whose peer has stopped reading: gRPC would wait until what it has queued
 * is read. Thread-safe.
 */
public final class PeerConnections implements AutoCloseable {
  /** Hears of each that was turned away; called on threads of the network, which must go on. */
  @FunctionalInterface
  public interface Refusals {
    void refused(Limit limit, InetAddress from);
  }

  private final Set<Channel> open = ConcurrentHashMap.newKeySet();
  private final Arrivals<Channel> arrivals;
  private final Refusals refusals;
  private final long handshakeNanos;
  private final EventLoopGroup accepting =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final EventLoopGroup serving = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());

  public PeerConnections(Limits limits, Refusals refusals) {
    this.arrivals = new Arrivals<>(limits, System.nanoTime());
    this.refusals = refusals;
    this.handshakeNanos = TimeUnit.SECONDS.toNanos(limits.get(Limit.HANDSHAKE_SECONDS));
  }

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
      if (!peer.isEmpty() && unwanted.test(peer)) {
        closeAtOnce(connection);
      }
    }
  }

  /**
   * Closes the connection from that address after a while, whether its peer reads and answers or
   * not: what is said on it until then gets there.
   *
   * @param after may be zero
   */
  public void closeSoon(SocketAddress from, Duration after) {
    for (Channel connection : open) {
      if (from.equals(connection.remoteAddress())) {
        connection
            .eventLoop()
            .schedule(() -> closeAtOnce(connection), after.toMillis(), TimeUnit.MILLISECONDS);
      }
    }
  }

  /**
   * From the last handler it would wait: for what is queued, and for an answer to a PING, 10 s and
   * more.
   */
  private static void closeAtOnce(Channel connection) {
    ChannelHandlerContext first = connection.pipeline().firstContext();
    if (first == null) {
      connection.close();
    } else {
      first.close();
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

  /**
   * Admits it; if not it is closed, without a byte and without a state left behind.
   *
   * @param accepted those of this turn, without whatever is closed
   */
  private void admit(SocketChannel connection, List<Object> accepted) {
    InetSocketAddress from = connection.remoteAddress();
    if (from == null) { // it is gone already
      drop(connection, accepted);
      return;
    }
    Arrivals.Answer<Channel> answer =
        arrivals.arrive(connection, from.getAddress(), System.nanoTime());
    Limit limit = answer.limit();
    if (limit != null) {
      refusals.refused(limit, from.getAddress());
    }
    Channel older = answer.givesWay();
    if (older != null && accepted.contains(older)) { // no thread serves it yet
      open.remove(older);
      drop((SocketChannel) older, accepted);
    } else if (older != null) {
      closeAtOnce(older);
    }
    if (!answer.admitted()) {
      connection.config().setSoLinger(0);
      drop(connection, accepted);
      return;
    }
    open.add(connection);
    connection.closeFuture().addListener(closed -> gone(connection, from.getAddress()));
    connection.pipeline().addLast(new UntilEstablished());
  }

  private static void drop(SocketChannel connection, List<Object> accepted) {
    accepted.remove(connection);
    connection.unsafe().closeForcibly();
  }

  private void gone(Channel connection, InetAddress from) {
    open.remove(connection);
    if (arrivals.gone(connection, System.nanoTime()) >= handshakeNanos) {
      refusals.refused(Limit.HANDSHAKE_SECONDS, from);
    }
  }

  /** Turns away, or notes, what it accepts. */
  private final class Listening extends NioServerSocketChannel {
    @Override
    protected int doReadMessages(List<Object> accepted) throws Exception {
      int before = accepted.size();
      int count = super.doReadMessages(accepted);
      for (Object one : List.copyOf(accepted.subList(before, accepted.size()))) {
        if (one instanceof SocketChannel connection) {
          admit(connection, accepted);
        }
      }
      return count;
    }
  }

  /** Finds the handler of the handshake, which gRPC puts behind it, and is gone. */
  private final class UntilEstablished extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext context) {
      look(context);
      context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
      look(context);
      context.fireChannelRead(bytes);
    }

    private void look(ChannelHandlerContext context) {
      Channel connection = context.channel();
      SslHandler tls = context.pipeline().get(SslHandler.class);
      if (tls != null && context.pipeline().context(this) != null) {
        context.pipeline().remove(this);
        tls.handshakeFuture()
            .addListener(
                done -> {
                  if (done.isSuccess()) {
                    arrivals.established(connection);
                  }
                });
      }
    }
  }
}
