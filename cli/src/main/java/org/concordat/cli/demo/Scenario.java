package org.concordat.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.concordat.certs.AllianceDomain;
import org.concordat.certs.AllianceName;
import org.concordat.certs.Country;
import org.concordat.certs.Jurisdiction;
import org.concordat.certs.MemberId;
import org.concordat.certs.Sha256;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.config.Section;
import org.concordat.config.Yaml;
import org.jspecify.annotations.Nullable;

/**
 * What the demo lays out.
 *
 * @param data the folder of site files
 * @param sites at least three: fewer have no protection from each other
 */
public record Scenario(
    String name,
    String domain,
    Path policy,
    Path job,
    Path data,
    Party coordinator,
    Party operator,
    List<Site> sites) {
  private static final String FILE = "alliance.yaml";
  private static final int MIN_SITES = 3;

  /** Somebody who takes part. */
  public record Party(String name, String jurisdiction, String country) {}

  /**
   * A hospital.
   *
   * @param dataSet its description
   * @param folder below the scenario's data: where this site's files are copied from
   */
  public record Site(Party party, Path dataSet, String folder) {
    public String name() {
      return party.name();
    }
  }

  /** A file by whose content a folder is recognised. */
  private record Mark(String file, String sha256) {}

  /**
   * The scenario that a folder describes itself, or else the shipped one that recognises its files.
   */
  public static Scenario find(@Nullable Path data, Path examples) throws IOException {
    Path shipped = examples.resolve("alliances");
    if (data == null) {
      return read(shipped.resolve("breast-cancer.yaml"), null);
    }
    if (!Files.isDirectory(data)) {
      throw new Failure(
          ExitCode.NOT_FOUND, "--data " + data + " is no directory", "give a folder of site files");
    }
    if (Files.exists(data.resolve(FILE))) {
      return read(data.resolve(FILE), data);
    }
    List<Path> candidates;
    try (Stream<Path> files = Files.list(shipped)) {
      candidates = files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
    for (Path candidate : candidates) {
      if (recognises(candidate, data)) {
        return read(candidate, data);
      }
    }
    throw new Failure(
        ExitCode.CONFIGURATION,
        "--data " + data + " has no " + FILE + ", and its files are none that are known",
        "describe the sites in "
            + data.resolve(FILE)
            + "; "
            + shipped.resolve("breast-cancer.yaml")
            + " is a sample");
  }

  private static boolean recognises(Path scenario, Path data) throws IOException {
    List<Mark> marks = marks(Yaml.read(scenario));
    for (Mark mark : marks) {
      Path file = data.resolve(mark.file());
      if (!Files.isRegularFile(file)
          || !Sha256.of(Files.readAllBytes(file)).hex().equals(mark.sha256())) {
        return false;
      }
    }
    return !marks.isEmpty();
  }

  private static Scenario read(Path file, @Nullable Path data) {
    Section root = Yaml.read(file);
    root.integer("format", 1, 1, null);
    String name = root.text("name");
    String domain = root.text("domain");
    valid(root, "name", () -> new AllianceName(name));
    valid(root, "domain", () -> new AllianceDomain(domain));
    Path policy = root.file("policy");
    Path job = root.file("job");
    @Nullable Path own = root.fileOrNull("data");
    marks(root);
    Path source =
        data != null ? data : own != null ? own : file.toAbsolutePath().resolveSibling(".");
    Party coordinator = party(root.section("coordinator"), true);
    Party operator = party(root.section("operator"), true);
    List<Site> sites = new ArrayList<>();
    for (Section section : root.sections("sites")) {
      Party party = party(section, false);
      sites.add(new Site(party, section.file("data-set"), section.text("folder", ".")));
      section.done();
    }
    checkNames(root, coordinator, operator, sites);
    root.done();
    root.problems().throwIfAny();
    return new Scenario(
        name, domain, policy, job, source, coordinator, operator, List.copyOf(sites));
  }

  private static void checkNames(
      Section root, Party coordinator, Party operator, List<Site> sites) {
    if (sites.size() < MIN_SITES) {
      root.problems()
          .add(
              root.line("sites"),
              "'sites' has " + sites.size() + ": at least " + MIN_SITES + " are needed");
    }
    Set<String> names = new HashSet<>(List.of(coordinator.name()));
    Stream.concat(Stream.of(operator), sites.stream().map(Site::party))
        .forEach(
            party -> {
              if (!names.add(party.name())) {
                root.problems().add(root.line("sites"), "'" + party.name() + "' is named twice");
              }
            });
  }

  private static Party party(Section section, boolean whole) {
    Party party =
        new Party(section.text("name"), section.text("jurisdiction"), section.text("country"));
    valid(section, "name", () -> new MemberId(party.name()));
    valid(section, "jurisdiction", () -> new Jurisdiction(party.jurisdiction()));
    valid(section, "country", () -> new Country(party.country()));
    if (whole) {
      section.done();
    }
    return party;
  }

  private static void valid(Section section, String key, Runnable check) {
    try {
      check.run();
    } catch (IllegalArgumentException wrong) {
      section.problems().add(section.line(key), String.valueOf(wrong.getMessage()));
    }
  }

  private static List<Mark> marks(Section root) {
    List<Mark> marks = new ArrayList<>();
    for (Section section : root.sections("recognised-by")) {
      marks.add(new Mark(section.text("file"), section.text("sha256")));
      section.done();
    }
    return marks;
  }
}
