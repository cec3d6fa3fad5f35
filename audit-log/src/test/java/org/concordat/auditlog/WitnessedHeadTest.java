package org.concordat.auditlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cosigned heads in the form of c2sp.org/tlog-cosignature, and what a folder may not show. */
class WitnessedHeadTest {
  private static final Instant AT = Instant.parse("2026-11-30T10:00:00Z");

  /** Two members, by keys that are the same each time. */
  private static final Ed25519PrivateKeyParameters ZURICH = key(1);

  private static final Ed25519PrivateKeyParameters BOSTON = key(2);
  private static final WitnessKey ZURICH_KEY = witness("zurich.ch.test.example", ZURICH);
  private static final WitnessKey BOSTON_KEY = witness("boston.us.test.example", BOSTON);
  private static final List<WitnessKey> BOTH = List.of(ZURICH_KEY, BOSTON_KEY);

  @TempDir Path directory;
  private LogSigner signer;

  private static Ed25519PrivateKeyParameters key(int fill) {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) fill);
    return new Ed25519PrivateKeyParameters(seed, 0);
  }

  private static WitnessKey witness(String name, Ed25519PrivateKeyParameters key) {
    return WitnessKey.of(name, key.generatePublicKey().getEncoded());
  }

  private static Cosignature cosign(
      Checkpoint head, WitnessKey name, Ed25519PrivateKeyParameters key) {
    byte[] message = Cosignature.message(head, AT);
    Ed25519Signer ed25519 = new Ed25519Signer();
    ed25519.init(true, key);
    ed25519.update(message, 0, message.length);
    return Cosignature.of(name, AT, ed25519.generateSignature());
  }

  @BeforeEach
  void sign() {
    signer = Samples.signer(directory);
  }

  private WitnessedHead open(String note) {
    return WitnessedHead.open(note.getBytes(StandardCharsets.UTF_8), signer.vkey(), BOTH);
  }

  @Test
  void keyAndLineAreInTheFormOfTheSpecification() throws Exception {
    byte[] publicKey = ZURICH.generatePublicKey().getEncoded();
    byte[] typed = ByteBuffer.allocate(33).put((byte) 4).put(publicKey).array();
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    sha256.update("zurich.ch.test.example\n".getBytes(StandardCharsets.US_ASCII));
    int id = ByteBuffer.wrap(sha256.digest(typed)).getInt();
    assertThat(ZURICH_KEY.toString())
        .isEqualTo(
            "zurich.ch.test.example+%08x+%s"
                .formatted(id, Base64.getEncoder().encodeToString(typed)));
    Checkpoint head = new Checkpoint(Samples.NAME, 7, Rfc6962Test.ROOTS.get(7));
    assertThat(new String(Cosignature.message(head, AT), StandardCharsets.UTF_8))
        .isEqualTo("cosignature/v1\ntime 1796032800\n" + head.text());
    String line = cosign(head, ZURICH_KEY, ZURICH).line();
    String start = "\u2014 zurich.ch.test.example ";
    assertThat(line).startsWith(start).endsWith("\n");
    ByteBuffer tagged =
        ByteBuffer.wrap(Base64.getDecoder().decode(line.substring(start.length()).strip()));
    assertThat(tagged.remaining()).isEqualTo(4 + 8 + 64);
    assertThat(tagged.getInt()).isEqualTo(id);
    assertThat(tagged.getLong()).isEqualTo(AT.getEpochSecond());
  }

  @Test
  void whoCosignedAndWhenIsTold() {
    Checkpoint head = new Checkpoint(Samples.NAME, 7, Rfc6962Test.ROOTS.get(7));
    String note =
        head.signed(signer)
            + cosign(head, BOSTON_KEY, BOSTON).line()
            + "\u2014 somebody.else AAAA\n"
            + cosign(head, ZURICH_KEY, ZURICH).line();
    WitnessedHead opened = open(note);
    assertThat(opened.checkpoint()).isEqualTo(head);
    assertThat(opened.witnesses())
        .containsOnlyKeys(BOSTON_KEY.name(), ZURICH_KEY.name())
        .containsEntry(ZURICH_KEY.name(), AT);
    assertThat(open(head.signed(signer)).witnesses()).isEmpty();
  }

  @Test
  void everyFlippedBitOfACosignatureIsRefused() {
    Checkpoint head = new Checkpoint(Samples.NAME, 7, Rfc6962Test.ROOTS.get(7));
    byte[] note =
        (head.signed(signer) + cosign(head, ZURICH_KEY, ZURICH).line())
            .getBytes(StandardCharsets.UTF_8);
    int after = new String(note, StandardCharsets.UTF_8).lastIndexOf(' ') + 1;
    int from = note.length - (new String(note, StandardCharsets.UTF_8).length() - after);
    for (int bit = from * 8; bit < note.length * 8; bit++) {
      byte[] flipped = note.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThatThrownBy(() -> WitnessedHead.open(flipped, signer.vkey(), BOTH))
          .as("bit %d", bit)
          .isInstanceOf(AuditLogException.class);
    }
  }

  @Test
  void twiceTheSameWitnessAnotherHeadsOrAnothersCosignatureIsRefused() {
    Checkpoint head = new Checkpoint(Samples.NAME, 7, Rfc6962Test.ROOTS.get(7));
    Checkpoint other = new Checkpoint(Samples.NAME, 6, Rfc6962Test.ROOTS.get(6));
    String signed = head.signed(signer);
    String line = cosign(head, ZURICH_KEY, ZURICH).line();
    assertThatThrownBy(() -> open(signed + line + line)).hasMessageContaining("two cosignatures");
    assertThatThrownBy(() -> open(signed + cosign(other, ZURICH_KEY, ZURICH).line()))
        .hasMessageContaining("does not match the checkpoint's text");
    assertThatThrownBy(() -> open(signed + cosign(head, ZURICH_KEY, BOSTON).line()))
        .hasMessageContaining("does not match the checkpoint's text");
    WitnessKey otherKey = witness(ZURICH_KEY.name(), BOSTON);
    assertThatThrownBy(() -> open(signed + cosign(head, otherKey, BOSTON).line()))
        .hasMessageContaining("another key of this name");
    assertThatThrownBy(() -> open(signed + line.strip())).hasMessageContaining("signature line");
    assertThatThrownBy(() -> open(head.text())).hasMessageContaining("signature line");
    assertThatThrownBy(() -> open("x".repeat(WitnessedHead.MAX_BYTES + 1)))
        .hasMessageContaining("at most");
  }

  private WitnessedHead of(Path folder) {
    Verification verified = AuditVerifier.verify(folder, signer.vkey());
    return WitnessedHead.of(folder, verified, signer.vkey(), BOTH).orElseThrow();
  }

  private void witness(Path folder, Checkpoint head) {
    WitnessedHead.write(folder, head.signed(signer) + cosign(head, ZURICH_KEY, ZURICH).line());
  }

  @Test
  void aFolderHoldsWhatItsWitnessesSawAndMore() throws IOException {
    Path folder = Samples.log(directory, signer, 300, 7);
    Checkpoint before;
    try (AuditLog log = AuditLog.open(folder, signer)) {
      before = log.checkpoint();
      log.append(Samples.entries(300, 555));
    }
    assertThat(
            WitnessedHead.of(
                folder, AuditVerifier.verify(folder, signer.vkey()), signer.vkey(), BOTH))
        .isEmpty();
    witness(folder, before);
    assertThat(of(folder).checkpoint().size()).isEqualTo(300);
    assertThat(of(folder).witnesses()).containsOnlyKeys(ZURICH_KEY.name());
    try (AuditLog log = AuditLog.open(folder, signer)) { // it is no damage to the writer
      Path copy = directory.resolve("copy");
      log.copyTo(copy);
      assertThat(of(copy).checkpoint().size()).isEqualTo(300);
    }
    assertThat(Files.exists(folder.resolveSibling(WitnessedHead.FILE + ".new"))).isFalse();
  }

  @Test
  void anOlderFolderOrAnotherHistoryThanWitnessesSawIsRefused() throws IOException {
    Path folder = Samples.log(directory, signer, 20, 7);
    Checkpoint seen;
    try (AuditLog log = AuditLog.open(folder, signer)) {
      seen = log.checkpoint();
    }
    Path older = Samples.log(directory, signer, 13, 7);
    witness(older, seen);
    assertThatThrownBy(() -> of(older))
        .isInstanceOf(LogDamagedException.class)
        .hasMessageContaining("witnesses saw 20 entries, this folder has 13");
    Path fork = directory.resolve("fork");
    try (AuditLog log = AuditLog.open(fork, signer)) { // the same key, another history
      log.append(Samples.entries(1, 31));
    }
    witness(fork, seen);
    assertThatThrownBy(() -> of(fork))
        .isInstanceOf(LogDamagedException.class)
        .hasMessageContaining("among the first 20")
        .hasMessageContaining("forked");
    Files.writeString(folder.resolve(WitnessedHead.FILE), "garbage");
    assertThatThrownBy(() -> of(folder))
        .isInstanceOf(LogDamagedException.class)
        .hasMessageContaining(WitnessedHead.FILE);
  }
}
