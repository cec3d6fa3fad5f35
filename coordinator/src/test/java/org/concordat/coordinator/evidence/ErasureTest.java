package org.concordat.coordinator.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.concordat.certs.DocumentKind;
import org.concordat.coordinator.job.Office;
import org.concordat.coordinator.round.StreamId;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.coordinator.upload.Uploads;
import org.concordat.jurisdictions.Policy;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.kernel.Quantisation;
import org.concordat.secureagg.message.Task;
import org.concordat.store.Blobs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uploads are erased with their round where the policy that it was agreed under says so. */
class ErasureTest {
  private static final StreamId ROUND = StreamId.of("job", 0);
  private static final Digest ROOT = digest("root");
  private static final String DELETES =
      Office.OPEN.replace(
          "because: a test", "because: a test\n    obligations: [delete-updates-after-round]");

  @TempDir Path root;
  private Office office;
  private Uploads uploads;
  private Evidence evidence;

  @AfterEach
  void close() {
    office.close();
  }

  private static Digest digest(String of) {
    return Digest.sha256(of.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] canonical(String policy) {
    return Policy.parse(Path.of("policy.yaml"), policy.getBytes(StandardCharsets.UTF_8))
        .canonicalJson();
  }

  private static Task task(Digest policy) {
    return new Task(
        "job",
        0,
        0,
        1,
        0,
        Task.Kind.TRAIN,
        digest("model"),
        digest("state"),
        policy,
        digest("cohort"),
        4,
        Quantisation.forCohort(8, 4, 1, 1, 30),
        List.of());
  }

  /** A round with an upload, agreed under the first policy, which commits under the second. */
  private Path committed(String agreed, String inForce) throws Exception {
    office = new Office(root, agreed);
    Blobs blobs = new Blobs(root.resolve("blobs"));
    uploads = new Uploads(blobs);
    evidence = new Evidence(office.entries, blobs, uploads, office.book, office.policy, 3);
    Task task = task(new Digest(Digest.ofHex(office.genesis.policyDigest().hex()).bytes()));
    office.entries.put(
        Kinds.EVIDENCE,
        ROUND.name(),
        new EvidenceIndex(task, digest("sum"), new TreeMap<>(Map.of("zurich", ROOT)), 1, List.of())
            .encode());
    Path upload = uploads.file("zurich", task.digest(), ROOT);
    Files.createDirectories(upload.getParent());
    Files.writeString(upload, "masked");
    office.putInForce(
        DocumentKind.POLICY, 2, canonical(inForce.replace("version: 1", "version: 2")));
    assertThat(evidence.committed(List.of(ROUND)))
        .isEqualTo(Files.exists(upload) ? List.of() : List.of(ROUND));
    return upload;
  }

  @Test
  void aLaterPolicyThatDoesNotAskForItChangesNothing() throws Exception {
    assertThat(committed(DELETES, Office.OPEN)).doesNotExist();
  }

  @Test
  void aLaterPolicyThatAsksForItIsEnough() throws Exception {
    assertThat(committed(Office.OPEN, DELETES)).doesNotExist();
  }

  @Test
  void whereNeitherAsksForItUploadsStay() throws Exception {
    assertThat(committed(Office.OPEN, Office.OPEN)).exists();
  }
}
