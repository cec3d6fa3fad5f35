package org.concordat.coordinator.regional;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.coordinator.round.HashNotary;
import org.concordat.coordinator.round.RoundWorld;
import org.concordat.coordinator.upload.Uploads;
import org.concordat.protocol.v1.RegionDown;
import org.concordat.protocol.v1.RegionHello;
import org.concordat.protocol.v1.RegionTask;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.message.Task;
import org.concordat.store.Blobs;
import org.concordat.store.Entries;
import org.concordat.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An aggregator whose disk is full when the coordinator tells it something. */
class RootSessionTest {
  @TempDir Path root;
  private int opened;
  private int cancelled;

  /** Counts. */
  private final class Line extends Channel {
    @Override
    public String authority() {
      return "test";
    }

    @Override
    public <A, B> ClientCall<A, B> newCall(MethodDescriptor<A, B> method, CallOptions options) {
      opened++;
      return new ClientCall<>() {
        @Override
        public void start(Listener<B> listener, Metadata headers) {}

        @Override
        public void request(int count) {}

        @Override
        public void cancel(@Nullable String why, @Nullable Throwable cause) {
          cancelled++;
        }

        @Override
        public void halfClose() {}

        @Override
        public void sendMessage(A message) {}
      };
    }
  }

  /** Nothing can be written. */
  private static final class FullDisk implements Entries {
    @Override
    public void apply(List<? extends Change> changes) {
      throw new StoreException("database or disk is full");
    }

    @Override
    public boolean putIfAbsent(String kind, String id, byte[] body) {
      throw new StoreException("database or disk is full");
    }

    @Override
    public Optional<byte[]> get(String kind, String id) {
      return Optional.empty();
    }

    @Override
    public List<String> ids(String kind) {
      return List.of();
    }

    @Override
    public Map<String, byte[]> all(String kind) {
      return Map.of();
    }
  }

  private record Everybody(String self) implements Region {
    @Override
    public List<String> members(Cohort cohort) {
      return cohort.members();
    }

    @Override
    public boolean isMine(String member) {
      return true;
    }
  }

  @Test
  @SuppressWarnings("NullAway") // no roster comes, and nothing is added up
  void whatCouldNotBeKeptIsAskedForInAnotherSessionALittleLater() {
    RoundWorld world = new RoundWorld();
    Task task = world.task(0, 0, List.of());
    try (Mailbox mailbox = new Mailbox(1)) {
      RootSession session = new RootSession(new Line(), RegionHello.getDefaultInstance(), mailbox);
      RegionRounds rounds =
          new RegionRounds(
              new Everybody("eu-sum"),
              new HashNotary("eu-sum"),
              new FullDisk(),
              new Uploads(new Blobs(root)),
              any -> {});
      session.look();
      session.look();
      assertThat(opened).isEqualTo(1);
      new RootMessages(null, rounds, null, session)
          .received(
              RegionDown.newBuilder()
                  .setTask(
                      RegionTask.newBuilder()
                          .setTask(ByteString.copyFrom(task.core()))
                          .setManifestCertificate(
                              ByteString.copyFrom(world.epoch.certificate().orElseThrow()))
                          .setJob(task.job())
                          .setRound(task.round() + 1))
                  .build());
      assertThat(cancelled).isEqualTo(1);
      session.look();
      assertThat(opened).as("not at once").isEqualTo(1);
      for (int look = 0; look < 10; look++) {
        session.look();
      }
      assertThat(opened).isEqualTo(2);
    }
  }
}
