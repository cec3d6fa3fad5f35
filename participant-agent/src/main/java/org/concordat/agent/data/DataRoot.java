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
  private static final int MAGIC_BYTES = 4;
  private static final Pattern PATTERN = Pattern.compile("[*?]");

  /** A file to be read; null, with a note of why, where it is not. */
  @Nullable DataFile find(String name) {
    try {
      Path real = resolve(name);
      return real == null ? null : look(name, real);
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
      unreadable(name, failure, problems);
    }
    return null;
  }

  static void unreadable(String name, IOException failure, DataProblems problems) {
    problems.add(
        Kind.UNREADABLE_FILE,
        name,
        "it cannot be read (" + failure.getClass().getSimpleName() + "): check its permissions");
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

  private @Nullable DataFile look(String name, Path real) throws IOException {
    if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
      problems.add(
          Kind.UNREADABLE_FILE,
          name,
          Files.isDirectory(real)
              ? "it is a folder, and one file is taken: join its files"
              : "it is not a plain file");
      return null;
    }
    long size = Files.size(real);
    if (size == 0) {
      problems.add(Kind.EMPTY_FILE, name, "it is empty");
      return null;
    }
    byte[] begin;
    byte[] end;
    try (InputStream in = Files.newInputStream(real, LinkOption.NOFOLLOW_LINKS)) {
      begin = in.readNBytes(MAGIC_BYTES);
      in.skipNBytes(Math.max(0, size - 2L * MAGIC_BYTES));
      end = in.readNBytes(MAGIC_BYTES);
    }
    Optional<ForeignFormat> foreign = ForeignFormat.of(begin, end);
    if (foreign.isPresent()) {
      problems.add(foreign.get().kind(), name, foreign.get().message());
      return null;
    }
    return new DataFile(name, real, size, isGzip(begin));
  }

  private static boolean isGzip(byte[] begin) {
    return begin.length > 1 && (begin[0] & 0xff) == 0x1f && (begin[1] & 0xff) == 0x8b;
  }
}
