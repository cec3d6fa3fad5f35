package org.concordat.certs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What passes between a running program and the commands of its own machine about its leaf, in the
 * program's home: {@value #NAME} says which one is in use; {@value #WISH} asks for another one now.
 * Neither is secret.
 */
public final class LeafFiles {
  /** The leaf in use. */
  public static final String NAME = "leaf.json";

  /** Its existence is the wish. */
  static final String WISH = "leaf.rotate";

  private static final String TYPE = "concordat/leaf/v1";
  private static final int MAX_BYTES = 4096;

  private final Path file;
  private final Path wish;
  private String kept = "";
  private String asked = "";

  /**
   * A leaf, as its program wrote it down.
   *
   * @param serial in hex, as {@code cert revoke} takes it
   * @param asked when somebody asked for another one last, by the program's clock; empty if nobody
   *     has since it started. Tells one answer from the next, of the same text
   * @param problem why it could not be renewed then; empty if it could
   */
  public record Leaf(
      String serial,
      Sha256 sha256,
      Instant notBefore,
      Instant notAfter,
      String asked,
      String problem) {}

  public LeafFiles(Path home) {
    this.file = home.resolve(NAME);
    this.wish = home.resolve(WISH);
  }

  /** What the program last wrote; empty where none has. */
  public Optional<Leaf> read() {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    return Optional.of(
        CanonicalJson.parse(TYPE, SecretFiles.read(file, MAX_BYTES))
            .read(
                fields ->
                    new Leaf(
                        fields.text("serial"),
                        fields.value("sha256", Sha256::new),
                        fields.value("notBefore", Instant::parse),
                        fields.value("notAfter", Instant::parse),
                        fields.text("asked"),
                        fields.text("problem"))));
  }

  /** Asks for another leaf; the running program sees it within a second. */
  public void ask() throws IOException {
    Files.write(wish, new byte[0]);
  }

  /**
   * Takes a wish back.
   *
   * @return whether it was still there: nobody has seen it
   */
  public boolean withdraw() throws IOException {
    return Files.deleteIfExists(wish);
  }

  /**
   * At the program, every second or so: renews where somebody asked for it, and writes down which
   * leaf is in use.
   *
   * @return whether it was renewed
   */
  public boolean look(TlsIdentity tls) {
    boolean renewed = false;
    @Nullable String problem = null;
    if (isAsked()) {
      asked = tls.now().toString();
      kept = "";
      try {
        tls.renew();
        renewed = true;
      } catch (IssuanceRefusedException refused) {
        problem = refused.getMessage();
      }
    }
    keep(tls.currentChain().get(0), problem);
    return renewed;
  }

  private boolean isAsked() {
    try {
      return Files.deleteIfExists(wish);
    } catch (IOException notOurs) {
      return false;
    }
  }

  private void keep(X509Certificate leaf, @Nullable String problem) {
    String serial = Crls.hex(leaf.getSerialNumber());
    if (serial.equals(kept)) {
      return;
    }
    ObjectNode node =
        CanonicalJson.object()
            .put(Fields.TYPE, TYPE)
            .put("serial", serial)
            .put("sha256", Sha256.of(Certificates.der(leaf)).hex())
            .put("notBefore", leaf.getNotBefore().toInstant().toString())
            .put("notAfter", leaf.getNotAfter().toInstant().toString())
            .put("asked", asked)
            .put("problem", problem == null ? "" : problem);
    try {
      Path whole = Files.write(file.resolveSibling(NAME + ".tmp"), CanonicalJson.bytes(node));
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      kept = serial;
    } catch (IOException full) {
      kept = ""; // nothing depends on this file; it is tried again
    }
  }
}
