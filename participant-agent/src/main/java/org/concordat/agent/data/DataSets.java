package org.concordat.agent.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.concordat.agent.site.MisconfiguredException;
import org.concordat.secureagg.Digest;
import org.jspecify.annotations.Nullable;

/**
 * The data sets that an agent's file names, each as its files are: before rows are used, the files'
 * digest is compared with the one that was consented to. A file whose size, times and inode are as
 * they were is not read again. Thread-safe.
 */
public final class DataSets {
  /** A data set's files are not what they were when a job was consented to. */
  public static final class DataChangedException extends Exception {
    DataChangedException(String message) {
      super(message);
    }
  }

  /**
   * A loaded data set and its files.
   *
   * @param stamps of the files when they were read last; empty where one was missing
   * @param onDisk the files' digest then; none where one could not be read
   */
  private record Loaded(DataSet data, List<FileStamp> stamps, Digest onDisk) {
    Digest inMemory() {
      return new Digest(data.digest());
    }
  }

  private static final int SHORT_HEX = 12;

  private final Path dataRoot;
  private final Map<String, Loaded> sets = new LinkedHashMap<>();

  private DataSets(Path dataRoot) {
    this.dataRoot = dataRoot;
  }

  /**
   * Loads and validates all.
   *
   * @throws InvalidDataException of the first that is refused
   * @throws MisconfiguredException if two have one name
   */
  public static DataSets load(List<Path> descriptions, Path dataRoot) {
    DataSets all = new DataSets(dataRoot);
    for (Path description : descriptions) {
      Loaded loaded = all.load(DescriptionReader.read(description));
      if (all.sets.put(loaded.data().name(), loaded) != null) {
        throw new MisconfiguredException(
            "two data sets are named '%s': rename the one in %s"
                .formatted(loaded.data().name(), description));
      }
    }
    return all;
  }

  /** The names, sorted. */
  public synchronized Set<String> names() {
    return new TreeSet<>(sets.keySet());
  }

  /** What is allowed, and looks like a mistake, in all that are loaded. */
  public synchronized List<String> warnings() {
    return sets.values().stream()
        .flatMap(
            set ->
                set.data().warnings().stream()
                    .map(warning -> "data set '" + set.data().name() + "': " + warning))
        .toList();
  }

  /** A data set as it was loaded last; its files are not looked at. */
  public synchronized Optional<DataSet> find(String name) {
    return Optional.ofNullable(sets.get(name)).map(Loaded::data);
  }

  /**
   * A data set as its files are now: loaded anew where they have changed.
   *
   * @throws InvalidDataException if they do not fit their description any more
   */
  public synchronized Optional<DataSet> current(String name) {
    Loaded now = look(name);
    if (now != null && !now.onDisk().equals(now.inMemory())) {
      now = load(now.data().description());
      sets.put(name, now);
    }
    return Optional.ofNullable(now).map(Loaded::data);
  }

  /**
   * The data set that was consented to, read as it was then.
   *
   * @param consented the digest of the files in the consent
   * @param reading {@link DataSet#reading} at the consent, 64 hex digits
   * @throws DataChangedException if files or description are others now
   */
  public synchronized DataSet consented(String name, Digest consented, String reading)
      throws DataChangedException {
    DataSet data = consented(name, consented);
    String now = data.reading().hex();
    if (!now.equals(reading)) {
      throw new DataChangedException(
          "data set '%s' is read otherwise than consented to (its columns, label or split were changed): consented %s, now %s. Submit the job anew to train on it as it is"
              .formatted(name, reading.substring(0, SHORT_HEX), now.substring(0, SHORT_HEX)));
    }
    return data;
  }

  /**
   * The data set that was consented to.
   *
   * @param consented the digest in the consent
   * @throws DataChangedException if its files are others now, or cannot be read; with both digests
   */
  public synchronized DataSet consented(String name, Digest consented) throws DataChangedException {
    Loaded now = look(name);
    if (now == null) {
      throw new DataChangedException(
          "data set '" + name + "' is not in this agent's file any more");
    }
    if (!now.onDisk().equals(consented)) {
      throw new DataChangedException(
          ("data set '%s' differs from what was consented to: consented %s, now %s."
                  + " Submit the job anew to train on it as it is")
              .formatted(
                  name,
                  consented.shortHex(),
                  now.onDisk().equals(Digest.NONE) ? "unreadable" : now.onDisk().shortHex()));
    }
    if (!now.inMemory().equals(consented)) { // changed, taken for another job, and changed back
      now = load(now.data().description());
      sets.put(name, now);
    }
    return now.data();
  }

  private Loaded load(DataSetDescription description) {
    // stamped before they are read: a change in between is noticed at the next look
    List<FileStamp> stamps = stamps(files(description));
    DataSet data = DataSet.load(description, dataRoot);
    return new Loaded(data, stamps, new Digest(data.digest()));
  }

  /** Reads the files again if one of them may have changed. */
  private @Nullable Loaded look(String name) {
    Loaded known = sets.get(name);
    if (known == null) {
      return null;
    }
    List<Path> files = files(known.data().description());
    List<FileStamp> stamps = stamps(files);
    if (!stamps.isEmpty() && stamps.equals(known.stamps())) {
      return known;
    }
    Digest onDisk =
        files.isEmpty()
            ? Digest.NONE
            : DataDigest.ofFiles(files).map(Digest::new).orElse(Digest.NONE);
    Loaded now = new Loaded(known.data(), stamps, onDisk);
    sets.put(name, now);
    return now;
  }

  /** The real paths, in the order of the digest; none where one cannot be read. */
  private List<Path> files(DataSetDescription description) {
    DataRoot root = new DataRoot(dataRoot, new DataProblems(false));
    List<Path> found = new ArrayList<>();
    for (String name : description.files().names()) {
      Path path = root.path(name);
      if (path == null) {
        return List.of();
      }
      found.add(path);
    }
    return found;
  }

  private static List<FileStamp> stamps(List<Path> files) {
    List<FileStamp> stamps = new ArrayList<>();
    try {
      for (Path file : files) {
        stamps.add(FileStamp.of(file));
      }
    } catch (IOException missing) {
      return List.of();
    }
    return stamps;
  }
}
