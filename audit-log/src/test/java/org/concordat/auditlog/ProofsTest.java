package org.concordat.auditlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class ProofsTest {
  private static final int SIZE = 600;
  private static final List<TreeHash> LEAVES = Samples.leaves(SIZE);

  @TempDir static Path directory;
  private static LogSigner signer;
  private static Proofs proofs;
  private static Path folder;

  @BeforeAll
  static void build() {
    signer = Samples.signer(directory);
    folder = Samples.log(directory, signer, SIZE, 97);
    proofs = new Proofs(new LogFiles(folder), SIZE);
  }

  private static TreeHash root(int size) {
    return Samples.naiveRoot(LEAVES.subList(0, size));
  }

  @TestFactory
  Stream<DynamicTest> everyInclusionProofHoldsAndNoOther() {
    return Seeded.property(
        "inclusion",
        200,
        random -> {
          int size = 1 + random.nextInt(SIZE);
          int index = random.nextInt(size);
          InclusionProof proof = proofs.inclusion(index, size);
          proof.verify(LEAVES.get(index), root(size));
          refused(proof, LEAVES.get((index + 1) % SIZE), root(size));
          refused(proof, LEAVES.get(index), root(size == SIZE ? 1 : size + 1));
          if (!proof.hashes().isEmpty()) {
            refused(
                new InclusionProof(index, size, changed(proof.hashes(), random)),
                LEAVES.get(index),
                root(size));
          }
          List<TreeHash> longer = new ArrayList<>(proof.hashes());
          longer.add(LEAVES.get(0));
          refused(new InclusionProof(index, size, longer), LEAVES.get(index), root(size));
        });
  }

  @TestFactory
  Stream<DynamicTest> everyConsistencyProofHoldsAndNoOther() {
    return Seeded.property(
        "consistency",
        200,
        random -> {
          int newSize = 1 + random.nextInt(SIZE);
          int oldSize = random.nextInt(newSize + 1);
          ConsistencyProof proof = proofs.consistency(oldSize, newSize);
          proof.verify(root(oldSize), root(newSize));
          refused(proof, root(oldSize), LEAVES.get(1), oldSize > 0);
          refused(proof, LEAVES.get(1), root(newSize), true);
          if (!proof.hashes().isEmpty()) {
            ConsistencyProof other =
                new ConsistencyProof(oldSize, newSize, changed(proof.hashes(), random));
            refused(other, root(oldSize), root(newSize), true);
            List<TreeHash> shorter = proof.hashes().subList(1, proof.hashes().size());
            refused(
                new ConsistencyProof(oldSize, newSize, shorter),
                root(oldSize),
                root(newSize),
                true);
          }
        });
  }

  @Test
  void boundsAreChecked() {
    assertThatThrownBy(() -> proofs.inclusion(SIZE, SIZE))
        .isInstanceOf(ProofRefusedException.class);
    assertThatThrownBy(() -> proofs.inclusion(-1, SIZE)).isInstanceOf(ProofRefusedException.class);
    assertThatThrownBy(() -> proofs.inclusion(0, SIZE + 1))
        .isInstanceOf(ProofRefusedException.class);
    assertThatThrownBy(() -> proofs.consistency(7, 6)).isInstanceOf(ProofRefusedException.class);
    assertThatThrownBy(() -> proofs.consistency(1, SIZE + 1))
        .isInstanceOf(ProofRefusedException.class);
  }

  @Test
  void treesOfOneSizeAndTheEmptyTree() {
    ConsistencyProof same = new ConsistencyProof(5, 5, List.of());
    same.verify(root(5), root(5));
    assertThatThrownBy(() -> same.verify(root(5), root(6))).hasMessageContaining("forked");
    ConsistencyProof fromNothing = new ConsistencyProof(0, 5, List.of());
    fromNothing.verify(Rfc6962.EMPTY_ROOT, root(5));
    assertThatThrownBy(() -> fromNothing.verify(root(1), root(5)))
        .hasMessageContaining("empty tree");
    refused(new ConsistencyProof(5, 5, LEAVES.subList(0, 1)), root(5), root(5), true);
    assertThat(proofs.consistency(5, 5).hashes()).isEmpty();
    assertThat(proofs.range(0, 0)).isEqualTo(Rfc6962.EMPTY_ROOT);
  }

  @Test
  void aProofIsNotHandedOutOfTilesThatWereChanged() throws IOException {
    Path changed = Samples.log(directory, signer, 5, 5);
    Path tile = changed.resolve("tile/0/000.p/5");
    byte[] bytes = Files.readAllBytes(tile);
    bytes[40] ^= 1;
    Files.write(tile, bytes);
    assertThatThrownBy(() -> LogFolder.open(changed, signer.vkey()).prove(0))
        .isInstanceOf(ProofRefusedException.class);
  }

  @Test
  void asManyHashesAsATreeCanHave() {
    String checkpoint = "c";
    List<TreeHash> most = LEAVES.subList(0, 63);
    String text = new TlogProof(0, most, checkpoint).text();
    assertThat(TlogProof.parse(text).hashes()).isEqualTo(most);
    assertThatThrownBy(() -> new TlogProof(0, LEAVES.subList(0, 64), checkpoint))
        .isInstanceOf(MalformedNoteException.class);
    assertThatThrownBy(() -> new TlogProof(-1, List.of(), checkpoint))
        .isInstanceOf(MalformedNoteException.class);
    String longest = text + "c".repeat(TlogProof.MAX_CHARS - text.length());
    assertThat(TlogProof.parse(longest).text()).isEqualTo(longest);
    assertThatThrownBy(() -> TlogProof.parse(longest + "c"))
        .isInstanceOf(MalformedNoteException.class);
    assertThatThrownBy(() -> TlogProof.parse("c2sp.org/tlog-proof@v1\n\nc"))
        .isInstanceOf(MalformedNoteException.class);
  }

  @Test
  void aProofTravelsAsText() {
    try (AuditLog log = AuditLog.open(folder, signer)) {
      String text = log.prove(299).text();
      assertThat(text)
          .startsWith("c2sp.org/tlog-proof@v1\nindex 299\n")
          .endsWith("\n\n" + log.signedCheckpoint());
      TlogProof read = TlogProof.parse(text);
      assertThat(read.text()).isEqualTo(text);
      assertThat(read.verify(signer.vkey(), Samples.entry(299).canonicalBytes()).size())
          .isEqualTo(SIZE);
      assertThatThrownBy(() -> read.verify(signer.vkey(), Samples.entry(298).canonicalBytes()))
          .isInstanceOf(ProofRefusedException.class);
      LogSigner other = LogSigner.create(directory.resolve("o.key"), Samples.NAME);
      assertThatThrownBy(() -> read.verify(other.vkey(), Samples.entry(299).canonicalBytes()))
          .isInstanceOf(SignatureRefusedException.class);
      assertThat(LogFolder.open(folder, signer.vkey()).prove(299)).isEqualTo(read);
      assertThatThrownBy(() -> LogFolder.open(folder, signer.vkey()).prove(SIZE))
          .isInstanceOf(ProofRefusedException.class);
      assertThatThrownBy(() -> LogFolder.open(folder, other.vkey()).prove(1))
          .isInstanceOf(LogDamagedException.class);
      assertThatThrownBy(() -> log.prove(SIZE)).isInstanceOf(ProofRefusedException.class);
    }
  }

  @TestFactory
  Stream<DynamicTest> mutatedProofTextsNeverVerify() {
    String text;
    try (AuditLog log = AuditLog.open(folder, signer)) {
      text = log.prove(123).text();
    }
    return Seeded.property(
        "mutated proofs",
        300,
        random -> {
          String other =
              new String(
                  Mutation.of(text.getBytes(StandardCharsets.UTF_8), random),
                  StandardCharsets.UTF_8);
          if (!other.equals(text)) {
            assertThatThrownBy(
                    () ->
                        TlogProof.parse(other)
                            .verify(signer.vkey(), Samples.entry(123).canonicalBytes()))
                .isInstanceOf(AuditLogException.class);
          }
        });
  }

  private static List<TreeHash> changed(List<TreeHash> hashes, RandomGenerator random) {
    List<TreeHash> other = new ArrayList<>(hashes);
    byte[] bytes = other.get(0).bytes();
    bytes[random.nextInt(32)] ^= (byte) (1 << random.nextInt(8));
    other.set(0, TreeHash.of(bytes));
    return other;
  }

  private static void refused(InclusionProof proof, TreeHash leaf, TreeHash root) {
    assertThatThrownBy(() -> proof.verify(leaf, root)).isInstanceOf(ProofRefusedException.class);
  }

  private static void refused(
      ConsistencyProof proof, TreeHash oldRoot, TreeHash newRoot, boolean must) {
    if (must) {
      assertThatThrownBy(() -> proof.verify(oldRoot, newRoot))
          .isInstanceOf(ProofRefusedException.class);
    }
  }
}
