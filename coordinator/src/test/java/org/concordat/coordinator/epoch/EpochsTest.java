package org.concordat.coordinator.epoch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.concordat.coordinator.round.HashNotary;
import org.concordat.coordinator.session.Sessions;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.blame.Equivocation;
import org.concordat.secureagg.message.ManifestSignature;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.store.Database;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each cohort's epochs have a keeper of their own. */
final class EpochsTest {
  private static final Digest ROSTER = Alliance.COHORT.rosterDigest();

  @TempDir Path directory;
  private final HashNotary notary = new HashNotary(Alliance.COORDINATOR);
  private final SettableClock clock = new SettableClock(Alliance.START);
  private final List<Lie> told = new ArrayList<>();

  private final class Listener implements EpochKeeper.Listener {
    @Override
    public void certified(EpochServer epoch) {}

    @Override
    public void failed(EpochServer epoch) {}

    @Override
    public void proven(Lie lie) {
      told.add(lie);
    }

    @Override
    public void refused(String member, Refusal refusal) {}
  }

  private byte[] signed(byte what) {
    ManifestSignature signature = new ManifestSignature(1, Digest.sha256(new byte[] {what}));
    return new HashNotary("m2").seal(signature.type(), 1, 0, signature.encode());
  }

  @Test
  void whoLiesInACohortIsLeftOutOfThatCohortsNextEpoch() {
    try (Database database = Database.open(StoreLocation.sqlite(directory.resolve("state")))) {
      Epochs epochs =
          new Epochs(
              new SqlEntries(database),
              new Sessions(1 << 20, clock),
              notary,
              clock,
              Duration.ofSeconds(10),
              new Listener());
      EpochKeeper ofCohort = epochs.of(ROSTER, 1);
      assertThat(ofCohort.token(Alliance.COHORT)).as("epoch 1 is the cohort's").isEmpty();
      epochs.accuse(
          ROSTER, "m2", () -> Equivocation.between(notary, signed((byte) 1), signed((byte) 2)));
      assertThat(told).extracting(Lie::liar).containsExactly("m2");
      assertThat(ofCohort.eligible(Alliance.COHORT).members()).containsExactly("m0", "m1", "m3");
    }
  }
}
