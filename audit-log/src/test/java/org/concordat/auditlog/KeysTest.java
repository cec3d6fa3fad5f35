package org.concordat.auditlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {
  /** Key, text and signature of the documentation of Go's golang.org/x/mod/sumdb/note. */
  private static final String VKEY =
      "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

  private static final String SKEY =
      "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
  private static final String TEXT =
      "If you think cryptography is the answer to your problem,\n"
          + "then you don't know what your problem is.\n";
  private static final String SIGNATURE =
      "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";

  @TempDir Path directory;

  @Test
  void thePublishedNoteVerifies() {
    LogVerifierKey key = LogVerifierKey.parse(VKEY);
    byte[] tagged = Base64.getDecoder().decode(SIGNATURE);
    byte[] signature = Arrays.copyOfRange(tagged, 4, tagged.length);
    assertThat(key.name()).isEqualTo("PeterNeumann");
    assertThat(key.keyId()).isEqualTo(0xc74f20a3);
    assertThat(key.verifies(TEXT.getBytes(StandardCharsets.UTF_8), signature)).isTrue();
    assertThat(key.verifies((TEXT + " ").getBytes(StandardCharsets.UTF_8), signature)).isFalse();
    assertThat(key.verifies(TEXT.getBytes(StandardCharsets.UTF_8), Arrays.copyOf(signature, 63)))
        .isFalse();
    assertThat(key).hasToString(VKEY);
  }

  @Test
  void thePublishedPrivateKeySignsTheSame() throws IOException {
    LogSigner signer = LogSigner.load(keyFile(SKEY + "\n", "rw-------"));
    byte[] tagged = Base64.getDecoder().decode(SIGNATURE);
    assertThat(signer.vkey()).hasToString(VKEY);
    assertThat(signer.sign(TEXT.getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(Arrays.copyOfRange(tagged, 4, tagged.length));
  }

  @Test
  void theGoChecksumDatabaseKeyParses() {
    LogVerifierKey key =
        LogVerifierKey.parse(
            "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8");
    assertThat(key.name()).isEqualTo("sum.golang.org");
    assertThat(LogVerifierKey.of(key.name(), key.publicKey())).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumanm+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n",
        "PeterNeumann+c74f20a3+AhpcQcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+BBpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+AQ=="
      })
  void otherKeysAreRefused(String vkey) {
    assertThatThrownBy(() -> LogVerifierKey.parse(vkey)).isInstanceOf(MalformedNoteException.class);
  }

  @Test
  void aNewKeyIsStoredForItsOwnerOnlyAndReadBack() throws IOException {
    Path file = directory.resolve("log.key");
    LogSigner made = LogSigner.create(file, Samples.NAME);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(LogSigner.load(file).vkey()).isEqualTo(made.vkey());
    assertThat(made.toString()).doesNotContain(Files.readString(file).strip().split("\\+")[4]);
    assertThat(LogVerifierKey.parse(made.vkey().toString())).isEqualTo(made.vkey());
  }

  @Test
  void keysAreEqualByNameAndBytes() {
    LogVerifierKey key = LogVerifierKey.parse(VKEY);
    byte[] other = LogSigner.create(directory.resolve("o.key"), "o").vkey().publicKey();
    assertThat(LogVerifierKey.of(key.name(), key.publicKey()))
        .isEqualTo(key)
        .hasSameHashCodeAs(key);
    assertThat(LogVerifierKey.of("Peter", key.publicKey())).isNotEqualTo(key);
    assertThat(LogVerifierKey.of(key.name(), other)).isNotEqualTo(key);
    assertThat(key).isNotEqualTo(VKEY);
    assertThat(LogSigner.create(directory.resolve("s.key"), "s").toString())
        .startsWith("LogSigner[s+");
  }

  @Test
  void hashesAreEqualByBytesAndReadAsHex() {
    TreeHash hash = Rfc6962.EMPTY_ROOT;
    assertThat(hash.hex()).startsWith("e3b0c442");
    assertThat(hash).hasToString(hash.hex());
    assertThat(TreeHash.of(hash.bytes())).isEqualTo(hash).hasSameHashCodeAs(hash);
    assertThat(TreeHash.of(new byte[32])).isNotEqualTo(hash);
  }

  @Test
  void anExistingKeyIsNotReplaced() {
    Path file = directory.resolve("log.key");
    LogSigner made = LogSigner.create(file, Samples.NAME);
    assertThatThrownBy(() -> LogSigner.create(file, Samples.NAME))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining("exists already");
    assertThat(LogSigner.load(file).vkey()).isEqualTo(made.vkey());
  }

  @Test
  void badKeyFilesAreRefusedWithoutShowingThem() throws IOException {
    assertThatThrownBy(() -> LogSigner.load(directory.resolve("none")))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining("does not exist");
    assertThatThrownBy(() -> LogSigner.load(keyFile(SKEY + "\n", "rw-r-----")))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining("chmod 600");
    for (String content :
        new String[] {
          "", SKEY.replace("c74f", "c74e"), SKEY.substring(8), SKEY + "AAAA", "x".repeat(2000)
        }) {
      assertThatThrownBy(() -> LogSigner.load(keyFile(content, "rw-------")))
          .isInstanceOf(KeyFileException.class)
          .hasMessageNotContaining("AYEKFALVFGyN");
    }
  }

  private Path keyFile(String content, String permissions) throws IOException {
    Path file = Files.createTempFile(directory, "key", "");
    Files.writeString(file, content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }
}
