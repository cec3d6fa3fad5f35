package org.concordat.coordinator.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.concordat.protocol.v1.ModelSummary;
import org.concordat.store.Blobs;
import org.concordat.store.Database;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelRegistryTest {
  @TempDir Path directory;
  private Database database;
  private Blobs blobs;
  private ModelRegistry models;

  @BeforeEach
  void openStore() {
    database = Database.open(StoreLocation.sqlite(directory.resolve("state")));
    blobs = new Blobs(directory.resolve("blobs"));
    models = new ModelRegistry(new SqlEntries(database), blobs);
  }

  @AfterEach
  void closeStore() {
    database.close();
  }

  private static ModelSummary model(String job, int version) {
    return ModelSummary.newBuilder()
        .setJob(job)
        .setVersion(version)
        .setDigest("digest-" + version)
        .setLoss(Double.NaN)
        .setAccuracy(Double.NaN)
        .build();
  }

  @Test
  void versionsAreListedOldestFirstAndByJob() {
    for (int version : new int[] {10, 2, 0, 1000, 9}) {
      models.publish(model("heart", version));
    }
    models.publish(model("heart-2", 5));
    models.publish(model("brain", 7));
    assertThat(models.list("heart"))
        .extracting(ModelSummary::getVersion)
        .containsExactly(0, 2, 9, 10, 1000);
    assertThat(models.list("")).hasSize(7);
    assertThat(models.list("none")).isEmpty();
  }

  @Test
  void aVersionIsFoundAndMinusOneIsTheNewest() {
    models.publish(model("heart", 9));
    models.publish(model("heart", 10));
    models.publish(model("heart-2", 99));
    assertThat(models.find("heart", 9)).contains(model("heart", 9));
    assertThat(models.find("heart", -1)).contains(model("heart", 10));
    assertThat(models.find("heart", 11)).isEmpty();
    assertThat(models.find("none", -1)).isEmpty();
  }

  @Test
  void publishingAgainChangesNothing() {
    models.publish(model("heart", 1));
    models.publish(model("heart", 1));
    assertThat(models.list("heart")).containsExactly(model("heart", 1));
  }

  @Test
  void whatALaterRoundLearnedIsAddedToThatVersionOnly() {
    models.publish(model("heart", 1));
    models.publish(model("heart", 2));
    models.evaluated("heart", 1, 0.25, 0.75);
    assertThat(models.find("heart", 1))
        .contains(model("heart", 1).toBuilder().setLoss(0.25).setAccuracy(0.75).build());
    assertThat(models.find("heart", 2)).contains(model("heart", 2));
    models.evaluated("heart", 3, 1, 1);
    assertThat(models.list("heart")).hasSize(2);
  }

  @Test
  void modelsSurviveARestart() {
    models.publish(model("heart", 1));
    database.close();
    openStore();
    assertThat(models.find("heart", 1)).contains(model("heart", 1));
  }

  @Test
  void contentIsWhatTheDigestNamesOrAnErrorThatNamesIt() {
    String digest = blobs.put(new byte[] {1, 2, 3});
    ModelSummary model = model("heart", 1).toBuilder().setDigest(digest).build();
    assertThat(models.content(model)).containsExactly(1, 2, 3);
    String missing = "0".repeat(64);
    assertThatThrownBy(() -> models.content(model.toBuilder().setDigest(missing).build()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(missing);
  }
}
