package org.concordat.agent.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.concordat.agent.data.DataProblem.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The only directory from which a member's data is read. Symbolic links are followed first and
 * judged by where they end.
 */
record DataRoot(Path root, DataProblems problems) {
  /** No data file is larger. */
  static final int MAX_FILE_BYTES = 256 << 20;

  private static final Pattern PATTERN = Pattern.compile("[*?]");

  /** A file's bytes, read once; null, with a note of why, where it is not read. */
  byte @Nullable [] read(String name) {
    try {
      Path real = resolve(name);
      return real == null ? null : bytes(name, real);
    } catch (NoSuchFileException missing) {
      problems.add(
          Kind.MISSING_FILE,
          name,
          "there is no such file below the data root "
              + root
              + (PATTERN.matcher(name).find()
                  ? "; patterns are not expanded, and one file is taken: join the files"
                  : ""));
    } catch (IOException failure) {
      problems.add(
          Kind.UNREADABLE_FILE,
          name,
          "it cannot be read (" + failure.getClass().getSimpleName() + "): check its permissions");
    }
    return null;
  }

  /** A plain file's real path; null, with a note of why, where there is none to be read. */
  @Nullable Path path(String name) {
    try {
      Path real = resolve(name);
      return real == null || !Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS) ? null : real;
    } catch (IOException missing) {
      return null;
    }
  }

  private @Nullable Path resolve(String name) throws IOException {
    Path realRoot = root.toRealPath();
    Path named;
    try {
      named = realRoot.resolve(name).normalize();
    } catch (InvalidPathException invalid) {
      problems.add(Kind.MISSING_FILE, name, "this is not a path: " + invalid.getReason());
      return null;
    }
    if (!Files.exists(named) && named.startsWith(realRoot)) {
      throw new NoSuchFileException(name);
    }
    // What lies outside is not told: a missing file and a present one get the same refusal.
    Path real = Files.exists(named) ? named.toRealPath() : named;
    if (!real.startsWith(realRoot)) {
      problems.add(
          Kind.OUTSIDE_DATA_ROOT,
          name,
          "it lies outside the data root "
              + root
              + ": move it there or change 'data-root' in the agent's file");
      return null;
    }
    return real;
  }

  private byte @Nullable [] bytes(String name, Path real) throws IOException {
    if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
      problems.add(
          Kind.UNREADABLE_FILE,
          name,
          Files.isDirectory(real)
              ? "it is a folder, and one file is taken: join its files"
              : "it is not a plain file");
      return null;
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(real, LinkOption.NOFOLLOW_LINKS)) {
      bytes = in.readNBytes(MAX_FILE_BYTES + 1);
    }
    if (bytes.length > MAX_FILE_BYTES) {
      problems.add(
          Kind.FILE_TOO_LARGE,
          name,
          "it has more than " + MAX_FILE_BYTES + " bytes, the most that is read");
      return null;
    }
    if (bytes.length == 0) {
      problems.add(Kind.EMPTY_FILE, name, "it is empty");
      return null;
    }
    Optional<ForeignFormat> foreign = ForeignFormat.of(bytes);
    if (foreign.isPresent()) {
      problems.add(foreign.get().kind(), name, foreign.get().message());
      return null;
    }
    return bytes;
  }
}
