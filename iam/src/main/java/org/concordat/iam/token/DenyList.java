package org.concordat.iam.token;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.concordat.iam.token.TokenRefusedException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Tokens, people and sessions that are refused before their tokens end: lines {@code jti=…}, {@code
 * sub=…} or {@code sid=…} of a file, which is read again when it has changed. A file that cannot be
 * read or understood refuses every token. Thread-safe.
 */
public final class DenyList {
  private static final long LOOK_NANOS = 500_000_000L;
  private static final int MAX_BYTES = 4 << 20;

  private record Stamp(Object key, Object time, long size) {}

  private final @Nullable Path file;
  private @Nullable Stamp read;
  private long lookAgain;
  private Set<String> denied = Set.of();
  private String trouble = "";

  /**
   * @param file null: nothing is denied
   */
  public DenyList(@Nullable Path file) {
    this.file = file;
  }

  /**
   * @throws TokenRefusedException if this token is denied, or the list cannot be read
   */
  public void require(VerifiedToken token) throws TokenRefusedException {
    Path from = file;
    if (from == null) {
      return;
    }
    Set<String> now = current(from);
    if (now.contains("sub=" + token.subject())
        || matches(now, "jti=", token.id())
        || matches(now, "sid=", token.session())) {
      throw new TokenRefusedException(
          Reason.DENIED,
          "this sign-in was ended by the coordinator's operator. Next: ask them; 'concordat login'"
              + " helps only where a session was ended, not a person");
    }
  }

  private static boolean matches(Set<String> denied, String kind, Optional<String> value) {
    return value.isPresent() && denied.contains(kind + value.get());
  }

  private synchronized Set<String> current(Path from) throws TokenRefusedException {
    long now = System.nanoTime();
    if (read == null || !trouble.isEmpty() || now - lookAgain >= 0) {
      lookAgain = now + LOOK_NANOS;
      look(from);
    }
    if (!trouble.isEmpty()) {
      throw new TokenRefusedException(Reason.DENIED, trouble);
    }
    return denied;
  }

  private void look(Path from) {
    try {
      BasicFileAttributes is = Files.readAttributes(from, BasicFileAttributes.class);
      Stamp stamp = new Stamp(String.valueOf(is.fileKey()), is.lastModifiedTime(), is.size());
      if (trouble.isEmpty() && stamp.equals(read)) {
        return;
      }
      if (is.size() > MAX_BYTES) {
        throw new IOException("is longer than " + MAX_BYTES + " bytes");
      }
      denied = parse(Files.readString(from));
      read = stamp;
      trouble = "";
    } catch (IOException | IllegalArgumentException unreadable) {
      trouble =
          "no token is taken: the coordinator's list of ended sign-ins cannot be read ("
              + unreadable.getClass().getSimpleName()
              + "). Next: its operator mends 'oidc.deny-file'";
    }
  }

  private static Set<String> parse(String text) {
    Set<String> lines = new HashSet<>();
    for (String line : text.split("\\R")) {
      String entry = line.strip();
      if (entry.isEmpty() || entry.startsWith("#")) {
        continue;
      }
      if (!entry.matches("(jti|sub|sid)=.+")) {
        throw new IllegalArgumentException("a line that is not jti=, sub= or sid=");
      }
      lines.add(entry);
    }
    return lines;
  }
}
