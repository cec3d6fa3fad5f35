package org.concordat.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Attributes;
import io.grpc.Server;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.NettyServerBuilder;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PeerConnectionsTest {
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(StandardCharsets.US_ASCII);

  /** A graceful close asks it with a PING, and waits 10 s for the answer. */
  @Test
  void aPeerThatAnswersNoPingIsClosedAllTheSame() throws Exception {
    CountDownLatch ready = new CountDownLatch(1);
    try (PeerConnections connections = new PeerConnections(Limits.DEFAULT, (limit, from) -> {})) {
      Server server =
          connections
              .of(
                  NettyServerBuilder.forAddress(
                      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
              .addTransportFilter(
                  new ServerTransportFilter() {
                    @Override
                    public Attributes transportReady(Attributes connection) {
                      ready.countDown();
                      return connection;
                    }
                  })
              .build()
              .start();
      try (Socket peer = new Socket(InetAddress.getLoopbackAddress(), server.getPort())) {
        peer.getOutputStream().write(PREFACE);
        assertThat(ready.await(30, TimeUnit.SECONDS)).isTrue();
        long begin = System.nanoTime();
        connections.closeSoon(peer.getLocalSocketAddress(), Duration.ofMillis(200));
        readAll(peer.getInputStream());
        assertThat(System.nanoTime() - begin).isBetween(100_000_000L, 8_000_000_000L);
      } finally {
        server.shutdownNow();
      }
    }
  }

  private static void readAll(InputStream in) throws java.io.IOException {
    try {
      in.readAllBytes();
    } catch (java.net.SocketException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
  }
}
