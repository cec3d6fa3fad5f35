package org.concordat.coordinator.regional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.concordat.coordinator.round.HashNotary;
import org.concordat.coordinator.round.RoundWorld;
import org.concordat.coordinator.upload.Uploads;
import org.concordat.protocol.v1.RegionTask;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.UploadCommitment;
import org.concordat.secureagg.server.RoundServer;
import org.concordat.store.Blobs;
import org.concordat.store.Database;
import org.concordat.store.Entries;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An aggregator of m0, m1 and m2 whose coordinator lies; m3 has none. */
class RegionRoundsTest {
  private static final List<String> REGION = List.of("m0", "m1", "m2");

  @TempDir Path root;
  private final RoundWorld world = new RoundWorld();
  private final List<byte[]> holds = new ArrayList<>();
  private Database database;
  private Entries entries;
  private RegionRounds rounds;

  /** By name; the signed rosters are others' to test. */
  private record Named(String self) implements Region {
    @Override
    public List<String> members(Cohort cohort) {
      return cohort.members().stream().filter(REGION::contains).toList();
    }

    @Override
    public boolean isMine(String member) {
      return REGION.contains(member);
    }
  }

  @BeforeEach
  void start() {
    database = Database.open(StoreLocation.sqlite(root.resolve("state")));
    entries = new SqlEntries(database);
    restart();
  }

  private void restart() {
    rounds =
        new RegionRounds(
            new Named("eu-sum"),
            new HashNotary("eu-sum"),
            entries,
            new Uploads(new Blobs(root.resolve("blobs"))),
            holds::add);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private RegionTask.Builder told(Task task) {
    return RegionTask.newBuilder()
        .setTask(ByteString.copyFrom(task.core()))
        .setManifestCertificate(ByteString.copyFrom(world.epoch.certificate().orElseThrow()))
        .setJob(task.job())
        .setRound(task.round() + 1);
  }

  /** Members train; those of the region upload here, all to the coordinator's own machine. */
  private RoundServer uploaded(Task task, List<String> members) throws Exception {
    RoundServer server = RoundServer.start(world.epoch, task, world.notary);
    for (String name : RoundWorld.NAMES) {
      server = tell(server, name);
    }
    for (String name : members) {
      double[] update = new double[RoundWorld.VECTOR];
      world.sites.get(name).apply(member -> member.protect(task.digest(), update, 1));
      var uploads = world.sites.get(name).uploads;
      byte[] sealed = uploads.get(uploads.size() - 1).sealedCommitment().toArray();
      if (REGION.contains(name)) {
        rounds.uploaded(name, sealed, UploadCommitment.decode(world.notary.open(sealed).payload()));
      }
      server = server.acceptUpload(sealed);
    }
    return server;
  }

  private RoundServer tell(RoundServer server, String name) throws Refusal {
    RoundServer next = server;
    for (byte[] message : server.outgoing(name)) {
      for (byte[] answer : world.sites.get(name).apply(member -> member.handle(message))) {
        next = next.accept(answer);
      }
    }
    return next;
  }

  private byte[] certificate(RoundServer uploaded) throws Refusal {
    RoundServer server = uploaded.freezeSurvivors();
    for (String name : RoundWorld.NAMES) {
      server = tell(server, name);
    }
    return server.chooseCertificate().certificate().map(Bytes::toArray).orElseThrow();
  }

  private interface Call {
    void run() throws Exception;
  }

  private static Reason refusal(Call call) {
    Refusal refusal = catchThrowableOfType(Refusal.class, call::run);
    assertThat(refusal).isNotNull();
    return refusal.reason();
  }

  @Test
  void aTaskToldUnderOtherLabelsIsRefused() throws Exception {
    Task task = world.task(0, 0, List.of());
    assertThat(refusal(() -> rounds.told(told(task).setJob("another").build())))
        .isEqualTo(Reason.MISBOUND);
    assertThat(refusal(() -> rounds.told(told(task).setRound(7).build())))
        .isEqualTo(Reason.MISBOUND);
    rounds.told(told(task).build());
  }

  @Test
  void aTokenIsTakenForOneTaskOnceAndNoUnsignedKeptChangesThat() throws Exception {
    Task task = world.task(0, 0, List.of());
    rounds.told(told(task).build());
    rounds.told(told(task).build());
    Task other = world.task(1, 0, List.of());
    assertThat(refusal(() -> rounds.told(told(other).build())))
        .isEqualTo(Reason.CONFLICTING_MESSAGE);
    rounds.retain(Set.of());
    for (int start = 0; start < 2; start++) {
      assertThat(refusal(() -> rounds.told(told(task).build())))
          .isEqualTo(Reason.CONFLICTING_MESSAGE);
      assertThat(refusal(() -> rounds.told(told(other).build())))
          .isEqualTo(Reason.CONFLICTING_MESSAGE);
      restart();
    }
    rounds.told(told(world.task(1, 1, List.of())).build());
  }

  @Test
  void exactlyTheCertifiedSurvivorsOfTheRegionAreDue() throws Exception {
    Task task = world.task(0, 0, List.of());
    rounds.told(told(task).build());
    byte[] certificate = certificate(uploaded(task, RoundWorld.NAMES));
    assertThat(holds).hasSize(3);
    assertThat(rounds.certified(certificate).own().keySet()).containsExactlyElementsOf(REGION);
    restart();
    assertThat(rounds.certified(certificate).own().keySet()).containsExactlyElementsOf(REGION);
    rounds.retain(Set.of());
    assertThat(refusal(() -> rounds.certified(certificate))).isEqualTo(Reason.TASK_UNKNOWN);
  }

  @Test
  void aCertificateWithTwoOfTheRegionGivesNoSum() throws Exception {
    Task task = world.task(0, 0, List.of());
    rounds.told(told(task).build());
    byte[] certificate = certificate(uploaded(task, List.of("m0", "m1", "m3")));
    assertThat(refusal(() -> rounds.certified(certificate))).isEqualTo(Reason.TOO_FEW_SURVIVORS);
  }

  @Test
  void aSetThatNobodySignedGivesNoSum() throws Exception {
    Task task = world.task(0, 0, List.of());
    rounds.told(told(task).build());
    byte[] signed = certificate(uploaded(task, RoundWorld.NAMES));
    byte[] cut = signed.clone();
    cut[cut.length - 1] ^= 1;
    assertThat(catchThrowableOfType(Refusal.class, () -> rounds.certified(cut))).isNotNull();
  }
}
