package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.grpc.ForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.concordat.certs.Role;
import org.concordat.protocol.v1.Activation;
import org.concordat.protocol.v1.AgentGatewayGrpc;
import org.concordat.protocol.v1.DenseLayer;
import org.concordat.protocol.v1.FloatType;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.Loss;
import org.concordat.protocol.v1.ModelSpec;
import org.concordat.protocol.v1.UploadPart;
import org.concordat.protocol.v1.UploadReceipt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The coordinator never holds an unmasked update. Each member's quantised update is known here (the
 * trainer adds a fixed number of levels, weights are the bound); every decrypted message in both
 * directions and every file of the coordinator is searched for it in every encoding. The same
 * search finds an upload that is not masked.
 */
class ConfidentialityTest {
  /**
   * How many consecutive coordinates make a find: 12 bytes at least, so that chance (2^-96) plays
   * no part.
   */
  private static final int RUN = 6;

  private static final int PARAMETERS = 40;

  @TempDir Path root;
  private final List<byte[]> frames = Collections.synchronizedList(new ArrayList<>());

  /** Keeps every message that comes or goes, after TLS. */
  private final ServerInterceptor recorder =
      new ServerInterceptor() {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
          ServerCall<Q, A> out =
              new ForwardingServerCall.SimpleForwardingServerCall<>(call) {
                @Override
                public void sendMessage(A message) {
                  frames.add(((MessageLite) message).toByteArray());
                  super.sendMessage(message);
                }
              };
          return new ForwardingServerCallListener.SimpleForwardingServerCallListener<>(
              next.startCall(out, headers)) {
            @Override
            public void onMessage(Q message) {
              frames.add(((MessageLite) message).toByteArray());
              super.onMessage(message);
            }
          };
        }
      };

  private static JobSpec job() {
    return TestAlliance.job("secret", 2)
        .setModel(
            ModelSpec.newBuilder()
                .setInputs(2)
                .addLayers(DenseLayer.newBuilder().setUnits(13).setActivation(Activation.TANH))
                .addLayers(DenseLayer.newBuilder().setUnits(1).setActivation(Activation.SIGMOID))
                .setLoss(Loss.BINARY_CROSS_ENTROPY)
                .setFloatType(FloatType.FLOAT64))
        .setSecureAggregation(
            TestAlliance.job("x", 1).getSecureAggregation().toBuilder()
                .setClipNormL2(5)
                .setCoordinateBound(1))
        .build();
  }

  @Test
  void noEncodingOfAnUpdateReachesTheCoordinator() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator(point -> {}, recorder);
      alliance.startAgents();
      assertThat(alliance.submit(job()).getAccepted()).isTrue();
      assertThat(alliance.awaitEnd("secret", 60).getState()).isEqualTo("COMPLETED");
      List<byte[]> seen = new ArrayList<>(frames);
      seen.addAll(files(alliance.home("coordinator")));
      assertThat(seen.stream().mapToLong(bytes -> bytes.length).sum()).isGreaterThan(100_000);
      for (String member : TestAlliance.MEMBERS) {
        assertThat(finds(seen, update(member))).as(member).isEmpty();
      }
      assertThat(finds(seen, sum()))
          .as("the released sum is there: the search looks in the right places")
          .isNotEmpty();
      frames.clear();
      uploadUnmasked(alliance);
      assertThat(finds(List.copyOf(frames), update("zurich")))
          .as("control")
          .containsKey("wire 24 little-endian");
    }
  }

  private static int[] update(String member) {
    return IntStream.range(0, PARAMETERS + 13).map(i -> TestAlliance.offset(member) + i).toArray();
  }

  private static int[] sum() {
    return IntStream.range(0, PARAMETERS + 13)
        .map(
            i ->
                TestAlliance.MEMBERS.stream()
                    .mapToInt(member -> TestAlliance.offset(member) + i)
                    .sum())
        .toArray();
  }

  /** Which encodings of a run of coordinates occur. */
  private static Map<String, Long> finds(List<byte[]> where, int[] levels) {
    Map<String, Long> found = new LinkedHashMap<>();
    for (int start = 0; start + RUN <= PARAMETERS; start += RUN) {
      int[] run = java.util.Arrays.copyOfRange(levels, start, start + RUN);
      encodings(run)
          .forEach(
              (name, needle) -> {
                long hits = where.stream().filter(bytes -> contains(bytes, needle)).count();
                if (hits > 0) {
                  found.merge(name, hits, Long::sum);
                }
              });
    }
    return found;
  }

  private static Map<String, byte[]> encodings(int[] run) {
    Map<String, byte[]> all = new LinkedHashMap<>();
    for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
      String suffix = order == ByteOrder.LITTLE_ENDIAN ? " little-endian" : " big-endian";
      for (int bytes = 2; bytes <= 4; bytes++) {
        all.put("wire " + 8 * bytes + suffix, words(run, bytes, order));
      }
      ByteBuffer longs = ByteBuffer.allocate(8 * run.length).order(order);
      ByteBuffer doubles = ByteBuffer.allocate(8 * run.length).order(order);
      ByteBuffer floats = ByteBuffer.allocate(4 * run.length).order(order);
      for (int level : run) {
        longs.putLong(level);
        doubles.putDouble(level / EchoTrainer.LEVELS);
        floats.putFloat((float) (level / EchoTrainer.LEVELS));
      }
      all.put("long" + suffix, longs.array());
      all.put("float64" + suffix, doubles.array());
      all.put("float32" + suffix, floats.array());
    }
    for (String separator : List.of(",", ", ", " ", "\n")) {
      all.put(
          "text '" + separator + "'",
          IntStream.of(run)
              .mapToObj(String::valueOf)
              .collect(Collectors.joining(separator))
              .getBytes(StandardCharsets.UTF_8));
    }
    return all;
  }

  private static byte[] words(int[] run, int bytes, ByteOrder order) {
    byte[] packed = new byte[bytes * run.length];
    for (int i = 0; i < run.length; i++) {
      for (int b = 0; b < bytes; b++) {
        int shift = order == ByteOrder.LITTLE_ENDIAN ? 8 * b : 8 * (bytes - 1 - b);
        packed[i * bytes + b] = (byte) (run[i] >>> shift);
      }
    }
    return packed;
  }

  private static boolean contains(byte[] haystack, byte[] needle) {
    outer:
    for (int at = 0; at + needle.length <= haystack.length; at++) {
      for (int i = 0; i < needle.length; i++) {
        if (haystack[at + i] != needle[i]) {
          continue outer;
        }
      }
      return true;
    }
    return false;
  }

  private static List<byte[]> files(Path directory) throws IOException {
    List<byte[]> contents = new ArrayList<>();
    try (var walk = Files.walk(directory)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        contents.add(Files.readAllBytes(file));
      }
    }
    return contents;
  }

  /**
   * A member that forgets to mask: the coordinator refuses it here, having no such round, but it
   * has seen it.
   */
  private void uploadUnmasked(TestAlliance alliance) throws Exception {
    ManagedChannel channel = alliance.channel("zurich", Role.AGENT);
    CountDownLatch answered = new CountDownLatch(1);
    try {
      StreamObserver<UploadPart> upload =
          AgentGatewayGrpc.newStub(channel)
              .upload(
                  new StreamObserver<UploadReceipt>() {
                    @Override
                    public void onNext(UploadReceipt receipt) {}

                    @Override
                    public void onError(Throwable refused) {
                      answered.countDown();
                    }

                    @Override
                    public void onCompleted() {
                      answered.countDown();
                    }
                  });
      upload.onNext(
          UploadPart.newBuilder()
              .setData(ByteString.copyFrom(words(update("zurich"), 3, ByteOrder.LITTLE_ENDIAN)))
              .build());
      assertThat(answered.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (StatusRuntimeException refused) {
      throw new AssertionError(refused);
    } finally {
      channel.shutdownNow();
    }
  }
}
