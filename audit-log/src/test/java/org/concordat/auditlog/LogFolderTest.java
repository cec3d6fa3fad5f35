package org.concordat.auditlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Single entries, their proofs and a copy, out of a folder that nobody trusts. */
class LogFolderTest {
  private static final Instant AT = Instant.parse("2026-11-30T10:00:00Z");
  private static final Ed25519PrivateKeyParameters MEMBER =
      new Ed25519PrivateKeyParameters(new byte[32], 0);
  private static final WitnessKey WITNESS =
      WitnessKey.of("zurich.ch.test.example", MEMBER.generatePublicKey().getEncoded());

  @TempDir Path directory;
  private LogSigner signer;
  private Path folder;

  @BeforeEach
  void build() {
    signer = Samples.signer(directory);
    folder = Samples.log(directory, signer, 600, 100);
  }

  private LogFolder open() {
    return LogFolder.open(folder, signer.vkey());
  }

  private static String cosigned(Checkpoint head, LogSigner log) {
    byte[] message = Cosignature.message(head, AT);
    Ed25519Signer ed25519 = new Ed25519Signer();
    ed25519.init(true, MEMBER);
    ed25519.update(message, 0, message.length);
    return head.signed(log) + Cosignature.of(WITNESS, AT, ed25519.generateSignature()).line();
  }

  /** The head of the log's first entries. */
  private Checkpoint head(int size) {
    return new Checkpoint(Samples.NAME, size, Rfc6962.root(Samples.leaves(size)));
  }

  private void change(String name, int at) throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve(name));
    bytes[at] ^= 1;
    Files.write(folder.resolve(name), bytes);
  }

  @Test
  void anEntryIsFoundByIndexAndById() {
    LogFolder log = open();
    assertThat(log.head().size()).isEqualTo(600);
    for (int index : new int[] {0, 255, 256, 599}) {
      assertThat(log.entry(index)).isEqualTo(Samples.entry(index));
      assertThat(log.find("e" + index)).hasValue(index);
    }
    assertThat(log.find("e600")).isEmpty();
    assertThatThrownBy(() -> log.entry(600)).isInstanceOf(ProofRefusedException.class);
    assertThatThrownBy(() -> log.entry(-1)).isInstanceOf(ProofRefusedException.class);
    assertThatThrownBy(() -> log.prove(600)).isInstanceOf(ProofRefusedException.class);
    assertThatThrownBy(() -> LogFolder.open(directory.resolve("none"), signer.vkey()))
        .isInstanceOf(LogMissingException.class);
  }

  @Test
  void entriesAreGivenOutInOrderAndNoMoreThanThereAre() {
    LogFolder log = open();
    assertThat(log.entries(250, 10))
        .extracting(LoggedEntry::index)
        .containsExactly(250L, 251L, 252L, 253L, 254L, 255L, 256L, 257L, 258L, 259L);
    assertThat(log.entries(0, 1000)).hasSize(600);
    assertThat(log.entries(599, 5)).containsExactly(new LoggedEntry(599, Samples.entry(599)));
    assertThat(log.entries(600, 5)).isEmpty();
    assertThat(log.entries(10_000, 5)).isEmpty();
  }

  @Test
  void anEntryThatWasChangedIsNotGivenOut() throws IOException {
    change("tile/entries/001", 40);
    assertThat(open().entry(0)).isEqualTo(Samples.entry(0));
    assertThatThrownBy(() -> open().entry(256)).isInstanceOf(LogDamagedException.class);
    assertThatThrownBy(() -> open().find("e599")).isInstanceOf(LogDamagedException.class);
    change("tile/0/000", 40);
    assertThatThrownBy(() -> open().prove(0)).isInstanceOf(ProofRefusedException.class);
  }

  @Test
  void aProofIsUnderTheHeadThatWitnessesCosignedWhereThatCoversTheEntry() throws IOException {
    assertThat(open().prove(7).verify(signer.vkey(), Samples.entry(7).canonicalBytes()).size())
        .isEqualTo(600);
    WitnessedHead.write(folder, cosigned(head(300), signer));
    byte[] entry = Samples.entry(299).canonicalBytes();
    TlogProof proof = TlogProof.parse(open().prove(299).text());
    WitnessedHead seen = proof.verify(signer.vkey(), entry, List.of(WITNESS));
    assertThat(seen.checkpoint().size()).isEqualTo(300);
    assertThat(seen.witnesses()).containsEntry(WITNESS.name(), AT);
    assertThat(proof.verify(signer.vkey(), entry, List.of()).witnesses()).isEmpty();
    assertThatThrownBy(() -> proof.verify(signer.vkey(), entry))
        .as("exactly one signature where nobody asks for more")
        .isInstanceOf(SignatureRefusedException.class);
    byte[] other = Samples.entry(298).canonicalBytes();
    assertThatThrownBy(() -> proof.verify(signer.vkey(), other, List.of(WITNESS)))
        .isInstanceOf(ProofRefusedException.class);
    WitnessKey stranger = WitnessKey.of(WITNESS.name(), signer.vkey().publicKey());
    assertThatThrownBy(() -> proof.verify(signer.vkey(), entry, List.of(stranger)))
        .isInstanceOf(SignatureRefusedException.class);
    WitnessedHead newer =
        open()
            .prove(300)
            .verify(signer.vkey(), Samples.entry(300).canonicalBytes(), List.of(WITNESS));
    assertThat(newer.checkpoint().size()).isEqualTo(600);
    assertThat(newer.witnesses()).isEmpty();
  }

  @Test
  void nothingIsProvedFromAFolderThatWitnessesSawOtherwise() throws IOException {
    WitnessedHead.write(
        folder,
        cosigned(new Checkpoint(Samples.NAME, 300, Rfc6962.root(Samples.leaves(299))), signer));
    assertThatThrownBy(() -> open().prove(7)).hasMessageContaining("the log was forked");
    WitnessedHead.write(folder, cosigned(head(601), signer));
    assertThatThrownBy(() -> open().prove(7)).hasMessageContaining("it is an older copy");
    Files.writeString(folder.resolve(WitnessedHead.FILE), "garbage");
    assertThatThrownBy(() -> open().prove(7)).isInstanceOf(LogDamagedException.class);
  }

  @Test
  void aCopyIsWholeAndHasNothingElse() throws IOException {
    WitnessedHead.write(folder, cosigned(head(300), signer));
    Path copy = directory.resolve("copy");
    open().copyTo(copy);
    assertThat(Samples.content(copy).keySet()).isEqualTo(Samples.content(folder).keySet());
    assertThat(AuditVerifier.verify(copy, signer.vkey()).size()).isEqualTo(600);
    assertThatThrownBy(() -> open().copyTo(copy)).isInstanceOf(LogUnwritableException.class);
    Files.delete(folder.resolve("tile/0/001"));
    Path torn = directory.resolve("torn");
    assertThatThrownBy(() -> open().copyTo(torn))
        .isInstanceOf(LogDamagedException.class)
        .hasMessageContaining("tile/0/001");
  }

  /** Partial tiles go while they are copied, and a larger head is cosigned meanwhile. */
  @Test
  void aCopyBesideAWriterIsOneMomentsLog() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    try (AuditLog log = AuditLog.open(folder, signer)) {
      CompletableFuture<Void> writing =
          CompletableFuture.runAsync(
              () -> {
                for (int next = 600; !stop.get() && next < 20_000; next++) {
                  log.append(Samples.entries(next, next + 1));
                  WitnessedHead.write(folder, cosigned(log.checkpoint(), signer));
                }
              });
      long before = 0;
      for (int i = 0; i < 20; i++) {
        Path copy = directory.resolve("beside-" + i);
        open().copyTo(copy);
        Verification verified = AuditVerifier.verify(copy, signer.vkey());
        assertThat(verified.size()).isGreaterThanOrEqualTo(before);
        WitnessedHead.of(copy, verified, signer.vkey(), Set.of(WITNESS));
        byte[] last = Samples.entry((int) verified.size() - 1).canonicalBytes();
        assertThat(LogFolder.open(copy, signer.vkey()).entry(verified.size() - 1).canonicalBytes())
            .isEqualTo(last);
        before = verified.size();
      }
      stop.set(true);
      writing.join();
      assertThat(log.size()).isGreaterThan(600);
    }
  }

  @Test
  void everyFlippedByteOfAProofIsRefused() throws IOException {
    WitnessedHead.write(folder, cosigned(head(300), signer));
    byte[] entry = Samples.entry(7).canonicalBytes();
    String text = open().prove(7).text();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    // the witness's name alone may change: it is then somebody else's line, which says nothing
    int named = text.indexOf("\u2014 " + WITNESS.name());
    int from = text.substring(0, named).getBytes(StandardCharsets.UTF_8).length;
    for (int at = 0; at < from; at++) {
      byte[] flipped = Arrays.copyOf(bytes, bytes.length);
      flipped[at] ^= 1;
      assertThatThrownBy(
              () ->
                  TlogProof.parse(new String(flipped, StandardCharsets.UTF_8))
                      .verify(signer.vkey(), entry, List.of(WITNESS)))
          .as("byte %d", at)
          .isInstanceOf(AuditLogException.class);
    }
  }
}
