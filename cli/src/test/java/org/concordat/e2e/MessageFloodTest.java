package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.concordat.certs.Role;
import org.concordat.protocol.ProtocolVersion;
import org.concordat.protocol.v1.AgentGatewayGrpc;
import org.concordat.protocol.v1.Hello;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.RoundSummary;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.SessionUp;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A member whose agent sends as much as its session takes, for as long as rounds go on: the others'
 * rounds end, and the coordinator's memory stays what it is.
 */
@Tag("processes")
class MessageFloodTest {
  private static final String FLOODS = "zurich";
  private static final int ROUNDS = 5;

  /** Each round of a flood waits so long for what is no update. */
  private static final int DEADLINE_SECONDS = 5;

  private static final int BIG_BYTES = 7 << 20;
  private static final int SMALL_BYTES = 200;

  /** One of so many messages is a big one. */
  private static final int BIG_OF = 16;

  private static final int FLOOD = 500;
  private static final String HEAP = "-Xmx192m";

  @TempDir Path root;

  @Test
  @Timeout(180)
  void aMemberThatFloodsItsSessionWaitsBehindItself() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy());
        Processes processes = new Processes(alliance)) {
      processes.start("coordinator", "", HEAP);
      alliance.startAgents();
      assertThat(
              alliance
                  .submit(
                      TestAlliance.job("flooded", ROUNDS)
                          .setDeadlineSeconds(DEADLINE_SECONDS)
                          .build())
                  .getAccepted())
          .isTrue();
      while (alliance.rounds("flooded").stream().noneMatch(MessageFloodTest::committed)) {
        Thread.sleep(50);
      }
      alliance.agents.remove(FLOODS).close();
      try (Flood flood = new Flood(alliance)) {
        JobSummary ended = alliance.awaitEnd("flooded", 120);
        assertThat(ended.getState()).as(ended.toString()).isEqualTo("COMPLETED");
        System.out.println(flood.sent.get() + " messages of a flood were taken");
        assertThat(flood.sent.get()).as("the flood was one").isGreaterThan(FLOOD);
      }
      RoundSummary last = alliance.rounds("flooded").get(ROUNDS - 1);
      assertThat(committed(last)).isTrue();
      assertThat(last.getSurvivorsList()).hasSize(TestAlliance.MEMBERS.size() - 1);
    }
  }

  private static boolean committed(RoundSummary round) {
    return round.getPhase().equals("COMMITTED");
  }

  /** Garbage in a member's name, as fast as it is taken. */
  private static final class Flood implements AutoCloseable {
    private final ManagedChannel channel;
    private final AtomicLong sent = new AtomicLong();

    Flood(TestAlliance alliance) throws Exception {
      channel = alliance.channel(FLOODS, Role.AGENT);
      CountDownLatch welcome = new CountDownLatch(1);
      SessionUp big = garbage(BIG_BYTES);
      SessionUp small = garbage(SMALL_BYTES);
      AgentGatewayGrpc.newStub(channel)
          .session(
              new ClientResponseObserver<SessionUp, SessionDown>() {
                @Override
                public void beforeStart(ClientCallStreamObserver<SessionUp> up) {
                  SessionUp hello =
                      SessionUp.newBuilder()
                          .setHello(
                              Hello.newBuilder()
                                  .setProtocolVersion(ProtocolVersion.WIRE)
                                  .setSoftware("flood")
                                  .setGenesisDigest(
                                      ByteString.copyFrom(alliance.genesis.digest().bytes())))
                          .build();
                  boolean[] greeted = new boolean[1];
                  up.setOnReadyHandler(
                      () -> {
                        if (!greeted[0]) {
                          greeted[0] = true;
                          up.onNext(hello);
                        }
                        while (up.isReady()) {
                          up.onNext(sent.incrementAndGet() % BIG_OF == 0 ? big : small);
                        }
                      });
                }

                @Override
                public void onNext(SessionDown message) {
                  welcome.countDown();
                }

                @Override
                public void onError(Throwable ended) {
                  System.out.println("the flood ended: " + ended.getMessage());
                }

                @Override
                public void onCompleted() {}
              });
      assertThat(welcome.await(30, TimeUnit.SECONDS)).isTrue();
    }

    private static SessionUp garbage(int bytes) {
      return SessionUp.newBuilder().setSealed(ByteString.copyFrom(new byte[bytes])).build();
    }

    @Override
    public void close() {
      channel.shutdownNow();
    }
  }
}
