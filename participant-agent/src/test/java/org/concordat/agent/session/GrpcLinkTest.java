package org.concordat.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.concordat.protocol.v1.Hello;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.Welcome;
import org.junit.jupiter.api.Test;

class GrpcLinkTest {
  private static final Link.Listener NOBODY =
      new Link.Listener() {
        @Override
        public Hello hello() {
          return Hello.getDefaultInstance();
        }

        @Override
        public void connected(Welcome welcome) {}

        @Override
        public void disconnected(String reason) {}

        @Override
        public void received(SessionDown message) {}
      };

  /** A disk that is full, a token that is away: neither is a refusal of our own. */
  @Test
  void aLookThatFailsIsNotTheLast() throws Exception {
    ManagedChannel nowhere = NettyChannelBuilder.forAddress("127.0.0.1", 1).usePlaintext().build();
    CountDownLatch looks = new CountDownLatch(3);
    GrpcLink link =
        new GrpcLink(
            nowhere,
            Clock.systemUTC(),
            new PeerTrust(
                () -> {
                  looks.countDown();
                  throw new IllegalStateException("No space left on device");
                },
                server -> Optional.empty(),
                () -> nowhere));
    try {
      link.start(NOBODY);
      assertThat(looks.await(30, TimeUnit.SECONDS)).as("three looks").isTrue();
    } finally {
      link.close();
    }
  }
}
