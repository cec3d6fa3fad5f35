package org.concordat.coordinator.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.job.record.JobRecord;
import org.concordat.coordinator.upload.Uploads;
import org.concordat.learning.ModelState;
import org.concordat.protocol.v1.DenseLayer;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.ModelSpec;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.store.Blobs;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of sums, with real masks; files of uploads are written here. */
class RoundWorkTest {
  private static final int PARAMETERS = RoundWorld.VECTOR - 2;

  @TempDir Path directory;
  private final Fold fold = new Fold(new RoundWorld());
  private Blobs blobs;
  private Uploads uploads;
  private Job job;

  @BeforeEach
  void open() {
    blobs = new Blobs(directory.resolve("blobs"));
    uploads = new Uploads(blobs);
    String model = blobs.put(new ModelState(new double[PARAMETERS]).encode());
    JobSpec spec =
        JobSpec.newBuilder()
            .setJob(RoundWorld.JOB)
            .setRounds(3)
            .setServerLearningRate(1)
            .setModel(
                ModelSpec.newBuilder()
                    .setInputs(PARAMETERS - 1)
                    .addLayers(DenseLayer.newBuilder().setUnits(1)))
            .build();
    job =
        new Job(
            JobRecord.newBuilder()
                .setModel(ByteString.copyFrom(Digest.ofHex(model).bytes()))
                .build(),
            spec);
  }

  private RoundMessage applied() throws Refusal, IOException {
    fold.unmasked();
    Digest task = fold.round.task().digest();
    for (Map.Entry<String, Digest> upload : fold.round.server().uploads().entrySet()) {
      Path file = uploads.file(upload.getKey(), task, upload.getValue());
      Files.write(file, fold.world.wires.get(upload.getKey()));
    }
    return new RoundWork(uploads, blobs, 1).apply(fold.round, job);
  }

  private void uploadAll(double value) throws Refusal {
    fold.dispatched();
    for (String name : RoundWorld.NAMES) {
      fold.give(fold.world.upload(fold.round, name, value));
    }
  }

  private long kept() {
    return blobs.names().stream().filter(name -> name.startsWith(RoundWork.SUM)).count();
  }

  @Test
  void honestUpdatesBecomeTheNextModel() throws Exception {
    uploadAll(0.5);
    RoundMessage.Applied applied = (RoundMessage.Applied) applied();
    assertThat(applied.nextModel()).isNotEqualTo(new Digest(job.record().getModel().toByteArray()));
    assertThat(applied.totalWeight()).isCloseTo(4, within(0.1));
    assertThat(kept()).isEqualTo(1);
  }

  @Test
  void garbageOfOneMemberNeverBecomesAModel() throws Exception {
    uploadAll(0.5);
    new Random(7).nextBytes(fold.world.wires.get("m2"));
    RoundMessage outcome = applied();
    assertThat(outcome).isInstanceOf(RoundMessage.CannotApply.class);
    assertThat(((RoundMessage.CannotApply) outcome).reason())
        .contains("no updates within the job's terms")
        .contains("survivors can give")
        .contains("Next: ")
        .doesNotContain("m2");
    assertThat(kept()).as("nothing of it is stored").isZero();
  }

  @Test
  void aSumThatLeavesTheModelAsItWasEndsTheJob() throws Exception {
    uploadAll(0);
    RoundMessage outcome = applied();
    assertThat(((RoundMessage.CannotApply) outcome).reason())
        .startsWith("the sum left the model as it was. One quantisation step is 0.00787")
        .contains("at most 10.0 long");
    assertThat(kept()).isZero();
  }

  /** 8 bits, weights 4 of 100: an accuracy would be wrong by .3 or so. */
  @Test
  void metricsThatDrownInTheRoundingAreNotTold() throws Exception {
    uploadAll(0.5);
    RoundMessage.Applied applied = (RoundMessage.Applied) applied();
    assertThat(applied.accuracy()).isNaN();
    assertThat(applied.loss()).isNaN();
  }
}
