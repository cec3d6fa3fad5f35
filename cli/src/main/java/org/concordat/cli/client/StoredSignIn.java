package org.concordat.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.iam.signin.ProofKey;

/**
 * A sign-in as it lies in a participant's home, in a file that only its owner reads.
 *
 * @param refreshToken empty where the provider gave none; a service needs none
 * @param accessEnds when the access token ends
 * @param proofKey what the tokens are bound to; empty where the provider binds none
 */
public record StoredSignIn(
    ProviderAddress provider,
    String accessToken,
    String refreshToken,
    Instant accessEnds,
    Optional<ProofKey> proofKey) {
  /** Below the participant's home. */
  public static final String FILE = "sign-in.json";

  private static final String LOCK = "sign-in.lock";
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /**
   * The sign-in in a home; empty if nobody has signed in there.
   *
   * @throws Failure if others can read the file, or it is damaged
   */
  public static Optional<StoredSignIn> find(Path home) throws IOException {
    Path file = home.resolve(FILE);
    if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    Set<PosixFilePermission> others =
        EnumSet.copyOf(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
    others.remove(PosixFilePermission.OWNER_READ);
    others.remove(PosixFilePermission.OWNER_WRITE);
    if (!others.isEmpty()) {
      throw new Failure(
          ExitCode.CONFIGURATION,
          file + " can be read by others: what is in it may be stolen",
          "run 'concordat logout' and 'concordat login' again");
    }
    try {
      JsonNode json = MAPPER.readTree(Files.readAllBytes(file));
      return Optional.of(
          new StoredSignIn(
              new ProviderAddress(
                  URI.create(json.required("issuer").asText()),
                  json.required("clientId").asText(),
                  json.required("scope").asText(),
                  json.hasNonNull("serviceKey") ? Path.of(json.get("serviceKey").asText()) : null),
              json.required("accessToken").asText(),
              json.required("refreshToken").asText(),
              Instant.ofEpochSecond(json.required("accessEnds").asLong()),
              json.hasNonNull("proofKey")
                  ? Optional.of(ProofKey.parse(json.get("proofKey").asText()))
                  : Optional.empty()));
    } catch (IllegalArgumentException | com.fasterxml.jackson.core.JacksonException damaged) {
      // without the cause: a parser quotes what it reads
      throw new Failure(
          ExitCode.CONFIGURATION,
          file + " is damaged",
          "run 'concordat logout' and 'concordat login' again");
    }
  }

  /** Puts this sign-in in place of another one, whole or not at all. */
  public void write(Path home) throws IOException {
    ObjectNode json =
        MAPPER
            .createObjectNode()
            .put("issuer", provider.issuer().toString())
            .put("clientId", provider.clientId())
            .put("scope", provider.scope())
            .put("accessToken", accessToken)
            .put("refreshToken", refreshToken)
            .put("accessEnds", accessEnds.getEpochSecond());
    if (provider.serviceKey() != null) {
      json.put("serviceKey", provider.serviceKey().toString());
    }
    proofKey.ifPresent(key -> json.put("proofKey", key.secretJson()));
    Path partial = Files.createTempFile(home, FILE, ".partial", PRIVATE);
    try {
      Files.write(partial, MAPPER.writeValueAsBytes(json), StandardOpenOption.SYNC);
      Files.move(
          partial,
          home.resolve(FILE),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  /** Whether another token can be had without the person. */
  public boolean renewable() {
    return provider.serviceKey() != null || !refreshToken.isEmpty();
  }

  /** Whether there was one. */
  public static boolean delete(Path home) throws IOException {
    return Files.deleteIfExists(home.resolve(FILE));
  }

  /** Does something while no other command of this home refreshes, signs in or out. */
  static synchronized <T> T alone(Path home, Callable<T> what) throws Exception {
    Path file = home.resolve(LOCK);
    try (FileChannel channel =
            FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), PRIVATE);
        FileLock lock = channel.lock()) {
      if (!lock.isValid()) {
        throw new IOException(file + " cannot be locked");
      }
      return what.call();
    }
  }

  /** Without the tokens. */
  @Override
  public String toString() {
    return "sign-in at " + provider.issuer() + " until " + accessEnds;
  }
}
