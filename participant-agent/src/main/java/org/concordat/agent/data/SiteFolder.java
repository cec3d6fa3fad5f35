package org.concordat.agent.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.concordat.config.Section;
import org.concordat.config.Yaml;

/**
 * A folder with the data of several sites, as the demo takes it: its own {@code sites.yaml} says
 * which site has which data set, or a list of known folders does, recognised by the files' SHA-256.
 *
 * @param name of the collection
 * @param job the job file that fits it
 * @param sites in the order of the file
 */
public record SiteFolder(String name, Path job, List<Site> sites) {
  /** The description that a folder may hold. */
  public static final String DESCRIPTION = "sites.yaml";

  /**
   * One site.
   *
   * @param site the member's id
   * @param dataSet the data set's description
   * @param dataRoot the directory with its rows
   */
  public record Site(String site, Path dataSet, Path dataRoot) {}

  /** A folder without a description, whose files are not those of a known one. */
  public static final class UnknownFolderException extends RuntimeException {
    UnknownFolderException(Path folder, String why) {
      super(
          folder
              + " has no "
              + DESCRIPTION
              + ", and "
              + why
              + ". Write a "
              + DESCRIPTION
              + " as in examples/data/breast-cancer, or give a folder with the unchanged files that known.yaml lists");
    }
  }

  /**
   * Describes a folder.
   *
   * @param known the list of known folders, such as {@code examples/data-sets/known.yaml}
   * @throws org.concordat.config.Problems.InvalidConfigurationException if a description has
   *     mistakes
   * @throws UnknownFolderException if there is none and the files are not known
   */
  public static SiteFolder of(Path folder, Path known) {
    Path own = folder.resolve(DESCRIPTION);
    return Files.exists(own) ? described(own) : recognised(folder, known);
  }

  private static SiteFolder described(Path file) {
    Section root = Yaml.read(file);
    root.integer("format", 1, 1, 1L);
    SiteFolder found = read(root, file.toAbsolutePath(), true);
    root.done();
    root.problems().throwIfAny();
    return found;
  }

  private static SiteFolder recognised(Path folder, Path known) {
    Section root = Yaml.read(known);
    root.integer("format", 1, 1, 1L);
    List<String> why = new ArrayList<>();
    List<SiteFolder> found = new ArrayList<>();
    for (Section section : root.sections("folders")) {
      SiteFolder candidate = read(section, folder, false);
      String difference = difference(folder, section);
      if (difference.isEmpty()) {
        found.add(candidate);
      } else {
        why.add("it is not '" + candidate.name() + "': " + difference);
      }
      section.done();
    }
    root.done();
    root.problems().throwIfAny();
    if (found.isEmpty()) {
      throw new UnknownFolderException(folder, String.join("; ", why));
    }
    return found.get(0);
  }

  private static SiteFolder read(Section section, Path dataRoot, boolean ownRoots) {
    String name = section.text("name");
    Path job = section.file("job");
    List<Site> sites = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Section site : section.sections("sites")) {
      Site read =
          new Site(
              site.text("site"),
              site.file("data-set"),
              ownRoots ? site.file("data-root") : dataRoot);
      site.done();
      sites.add(read);
      if (!names.add(read.site())) {
        site.problems().add(site.line("site"), "site '" + read.site() + "' is listed twice");
      }
    }
    if (sites.isEmpty()) {
      section.problems().add(section.line("sites"), "'sites' lists no site");
    }
    return new SiteFolder(name, job, List.copyOf(sites));
  }

  /** Empty where all files of a known folder are there, unchanged. */
  private static String difference(Path folder, Section known) {
    String difference = "";
    for (Section file : known.sections("files")) {
      String name = file.text("name");
      String expected = file.text("sha256");
      file.done();
      if (difference.isEmpty() && !expected.equals(sha256(folder.resolve(name)))) {
        difference = name + " is missing or changed";
      }
    }
    return difference;
  }

  private static String sha256(Path file) {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > DataRoot.MAX_FILE_BYTES) {
        return "";
      }
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (IOException unreadable) {
      return "";
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
