package org.concordat.agent.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.concordat.protocol.v1.AgentGatewayGrpc;
import org.concordat.protocol.v1.UploadPart;
import org.concordat.protocol.v1.UploadProgress;
import org.concordat.protocol.v1.UploadQuery;
import org.concordat.protocol.v1.UploadReceipt;
import org.concordat.secureagg.Digest;
import org.concordat.testkit.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A masked vector on its way over a real channel that breaks, refuses, or says nothing. */
final class GrpcUploaderTest {
  private static final int PART_BYTES = 1000;
  private static final byte[] COMMITMENT = {1, 2, 3};

  private final byte[] content = new byte[10 * PART_BYTES + 7];
  private final Disk disk = new Disk();
  private Server server;
  private ManagedChannel channel;
  private GrpcUploader uploader;

  /** A coordinator that keeps what has come, whatever becomes of the call. */
  private static final class Disk extends AgentGatewayGrpc.AgentGatewayImplBase {
    final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    final List<Long> offsets = Collections.synchronizedList(new ArrayList<>());
    volatile long claimsToHave = -1;
    volatile int breaksAfter = Integer.MAX_VALUE;
    volatile Status breaksWith = Status.UNAVAILABLE;
    volatile boolean silent;
    volatile boolean holds;
    final CountDownLatch brokenOff = new CountDownLatch(1);

    @Override
    public void uploadState(UploadQuery query, StreamObserver<UploadProgress> to) {
      assertThat(query.getSealedCommitment().toByteArray()).isEqualTo(COMMITMENT);
      long durable = claimsToHave < 0 ? kept.size() : claimsToHave;
      to.onNext(UploadProgress.newBuilder().setDurableBytes(durable).build());
      to.onCompleted();
    }

    @Override
    public StreamObserver<UploadPart> upload(StreamObserver<UploadReceipt> to) {
      if (holds) { // one part is read
        ((ServerCallStreamObserver<UploadReceipt>) to).disableAutoRequest();
        ((ServerCallStreamObserver<UploadReceipt>) to).request(1);
      }
      return new StreamObserver<>() {
        private int parts;
        private boolean over;

        @Override
        public void onNext(UploadPart part) {
          if (over) {
            return;
          }
          assertThat(part.getSealedCommitment().isEmpty())
              .as("the first part alone has the commitment")
              .isEqualTo(parts > 0);
          offsets.add(part.getOffset());
          kept.writeBytes(part.getData().toByteArray());
          parts++;
          if (parts >= breaksAfter) {
            over = true;
            to.onError(breaksWith.asRuntimeException());
          }
        }

        @Override
        public void onError(Throwable broken) {
          brokenOff.countDown();
        }

        @Override
        public void onCompleted() {
          if (over) {
            return;
          }
          if (!silent) {
            to.onNext(UploadReceipt.getDefaultInstance());
          }
          to.onCompleted();
        }
      };
    }
  }

  @BeforeEach
  void open() throws Exception {
    new Random(5).nextBytes(content);
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(disk)
            .build()
            .start();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
    uploader = new GrpcUploader(channel, PART_BYTES);
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  @Test
  void aVectorArrivesWholeInParts() throws Exception {
    assertThat(uploader.send(content, COMMITMENT, Digest.NONE, new CompletableFuture<>())).isTrue();
    assertThat(disk.kept.toByteArray()).isEqualTo(content);
    assertThat(disk.offsets).hasSize(11).startsWith(0L, 1000L).endsWith(10_000L);
  }

  @Test
  void aBrokenUploadGoesOnWhereItsBytesAreDurable() throws Exception {
    disk.breaksAfter = 4;
    assertThat(uploader.send(content, COMMITMENT, Digest.NONE, new CompletableFuture<>()))
        .as("to be tried again")
        .isFalse();
    assertThat(disk.kept.size()).isEqualTo(4 * PART_BYTES);
    disk.breaksAfter = Integer.MAX_VALUE;
    disk.offsets.clear();
    assertThat(uploader.send(content, COMMITMENT, Digest.NONE, new CompletableFuture<>())).isTrue();
    assertThat(disk.offsets).as("nothing is sent twice").startsWith(4000L);
    assertThat(disk.kept.toByteArray()).isEqualTo(content);
  }

  @Test
  void whatIsAllThereIsAskedAReceiptForOnly() throws Exception {
    disk.kept.writeBytes(content);
    assertThat(uploader.send(content, COMMITMENT, Digest.NONE, new CompletableFuture<>())).isTrue();
    assertThat(disk.offsets).containsExactly((long) content.length);
    assertThat(disk.kept.size()).isEqualTo(content.length);
  }

  @Test
  void aCoordinatorThatClaimsMoreThanThereIsGetsNothingMore() throws Exception {
    disk.claimsToHave = Long.MAX_VALUE;
    assertThat(uploader.send(content, COMMITMENT, Digest.NONE, new CompletableFuture<>())).isTrue();
    assertThat(disk.kept.size()).isZero();
  }

  @Test
  void withoutAReceiptItIsTriedAgain() throws Exception {
    disk.silent = true;
    assertThat(uploader.send(content, COMMITMENT, Digest.NONE, new CompletableFuture<>()))
        .isFalse();
  }

  @Test
  void aRefusalIsForGoodAndInWords() {
    disk.breaksAfter = 2;
    disk.breaksWith = Status.FAILED_PRECONDITION.withDescription("no open round waits for it");
    assertThatThrownBy(
            () -> uploader.send(content, COMMITMENT, Digest.NONE, new CompletableFuture<>()))
        .isInstanceOf(Uploader.RefusedException.class)
        .hasMessageContaining("no open round waits for it");
  }

  @Test
  @Timeout(60)
  void whatIsNotWantedAnyMoreIsBrokenOff() throws Exception {
    disk.holds = true;
    CompletableFuture<Void> unwanted = new CompletableFuture<>();
    CompletableFuture<Boolean> sent =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return uploader.send(content, COMMITMENT, Digest.NONE, unwanted);
              } catch (Exception failure) {
                throw new AssertionError(failure);
              }
            });
    Await.until(() -> !disk.offsets.isEmpty());
    unwanted.complete(null);
    assertThat(sent.get(30, TimeUnit.SECONDS)).isFalse();
    assertThat(disk.brokenOff.await(30, TimeUnit.SECONDS)).as("at the coordinator").isTrue();
    disk.offsets.clear();
    assertThat(uploader.send(content, COMMITMENT, Digest.NONE, unwanted)).isFalse();
    assertThat(disk.offsets).isEmpty();
  }

  @Test
  void aCoordinatorThatIsNotThereIsTriedAgain() throws Exception {
    server.shutdownNow().awaitTermination();
    assertThat(uploader.send(content, COMMITMENT, Digest.NONE, new CompletableFuture<>()))
        .isFalse();
  }
}
