package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.concordat.cli.install.Software;
import org.junit.jupiter.api.Test;

/** What people read stays readable, and true where a program can tell. */
class DocumentsTest {
  private static final int MAX_COLUMNS = 100;
  private static final Path ROOT = Cli.root();
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern NAMED_FILE =
      Pattern.compile("`((?:docs|examples|\\.ci|\\.github|bench)/[\\w./-]+)`");
  private static final Pattern CODE = Pattern.compile("`([A-Z]\\w*[a-z]\\w*)(?:\\.(\\w+))?`");
  private static final Pattern MODULE = Pattern.compile("<module>([\\w-]+)</module>");
  private static final Pattern VERSION = Pattern.compile("<version>(.+)</version>");
  private static final Pattern CODEMAP =
      Pattern.compile("// CODEMAP ([\\w.]+): .+\\. Start: (\\w+)");

  @Test
  void linesHaveAtMostOneHundredColumns() throws IOException {
    List<String> wide = new ArrayList<>();
    for (Path document : documents()) {
      List<String> lines = Files.readAllLines(document);
      for (int i = 0; i < lines.size(); i++) {
        int columns = lines.get(i).codePointCount(0, lines.get(i).length());
        if (columns > MAX_COLUMNS) {
          wide.add("%s:%d has %d".formatted(ROOT.relativize(document), i + 1, columns));
        }
      }
    }
    assertThat(wide).isEmpty();
  }

  @Test
  void linksBetweenDocumentsLeadSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path document : documents()) {
      for (MatchResult link : all(LINK, Files.readString(document))) {
        if (!link.group(1).startsWith("https://") && !leadsSomewhere(document, link.group(1))) {
          broken.add(ROOT.relativize(document) + " -> " + link.group(1));
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void filesThatDocumentsNameAreThere() throws IOException {
    List<String> absent = new ArrayList<>();
    for (Path document : documents()) {
      for (MatchResult named : all(NAMED_FILE, Files.readString(document))) {
        boolean generated = named.group(1).contains("/target");
        if (!generated && !Files.exists(ROOT.resolve(named.group(1)))) {
          absent.add(ROOT.relativize(document) + " names " + named.group(1));
        }
      }
    }
    assertThat(absent).isEmpty();
  }

  @Test
  void theReadmeNamesEveryModule() throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"));
    List<MatchResult> modules = all(MODULE, Files.readString(ROOT.resolve("pom.xml")));
    assertThat(modules).isNotEmpty();
    for (MatchResult module : modules) {
      assertThat(readme).contains("| `" + module.group(1) + "` | ");
    }
  }

  @Test
  void theVersionIsTheSameInTheBuildTheProgramAndTheChangelog() throws IOException {
    String version = all(VERSION, Files.readString(ROOT.resolve("pom.xml"))).get(0).group(1);
    assertThat(Software.VERSION).isEqualTo(version);
    assertThat(Files.readString(ROOT.resolve("CHANGELOG.md"))).contains("## " + version + " — ");
  }

  @Test
  void classesAndMethodsNamedInTheLifeOfAnUpdateExist() throws IOException {
    String sources = sources();
    List<MatchResult> named =
        all(CODE, Files.readString(ROOT.resolve("docs/life-of-an-update.md")));
    assertThat(named).hasSizeGreaterThan(50);
    for (MatchResult name : named) {
      assertThat(declares(sources, name.group(1), Optional.ofNullable(name.group(2))))
          .as(name.group())
          .isTrue();
    }
  }

  @Test
  void everyPackageHasALineOfTheCodemap() throws IOException {
    List<Path> packages = packages();
    assertThat(packages).hasSizeGreaterThan(40);
    for (Path folder : packages) {
      Path info = folder.resolve("package-info.java");
      assertThat(info).exists();
      List<String> lines =
          Files.readAllLines(info).stream().filter(line -> line.contains("CODEMAP")).toList();
      assertThat(lines).as("%s", info).hasSize(1);
      Matcher line = CODEMAP.matcher(lines.get(0));
      assertThat(line.matches()).as("%s: %s", info, lines.get(0)).isTrue();
      assertThat(lines.get(0)).hasSizeLessThanOrEqualTo(MAX_COLUMNS);
      assertThat(folder.toString().replace('/', '.')).endsWith("org.concordat." + line.group(1));
      assertThat(folder.resolve(line.group(2) + ".java")).as("where to start").exists();
    }
  }

  private static boolean leadsSomewhere(Path document, String link) throws IOException {
    String[] parts = link.split("#", 2);
    Path target = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]).normalize();
    return Files.exists(target)
        && (parts.length == 1
            || Files.readAllLines(target).stream().anyMatch(line -> isAnchor(line, parts[1])));
  }

  /** As hosts of repositories make them: letters, digits and hyphens of a heading. */
  private static boolean isAnchor(String line, String anchor) {
    return line.startsWith("#")
        && line.replaceFirst("^#+ ", "")
            .toLowerCase(java.util.Locale.ROOT)
            .replaceAll("[^\\w -]", "")
            .replace(' ', '-')
            .equals(anchor);
  }

  /** A type, and a method or constant that is declared somewhere in a file with that type. */
  private static boolean declares(String sources, String type, Optional<String> member) {
    Pattern declared = Pattern.compile("(?:class|record|enum|interface) " + type + "\\b[^\u0000]*");
    return all(declared, sources).stream()
        .anyMatch(
            file ->
                member.isEmpty()
                    || Pattern.compile("\\b" + member.get() + "\\b").matcher(file.group()).find());
  }

  private static String sources() throws IOException {
    StringBuilder all = new StringBuilder();
    for (Path file : files(".java")) {
      if (file.toString().contains("/src/main/")) {
        all.append(Files.readString(file)).append('\u0000');
      }
    }
    return all.toString();
  }

  private static List<Path> packages() throws IOException {
    return files(".java").stream()
        .filter(file -> file.toString().contains("/src/main/java/"))
        .map(Path::getParent)
        .distinct()
        .toList();
  }

  private static List<Path> documents() throws IOException {
    List<Path> documents = files(".md");
    assertThat(documents).hasSizeGreaterThan(20);
    return documents;
  }

  /** Of the clone: what a build makes is left out. */
  private static List<Path> files(String ending) throws IOException {
    try (Stream<Path> all = Files.walk(ROOT)) {
      return all.filter(file -> file.toString().endsWith(ending))
          .filter(file -> !isMade(ROOT.relativize(file)))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    }
  }

  private static boolean isMade(Path file) {
    for (Path part : file) {
      if (List.of("target", ".git", ".build", ".cifuzz-corpus").contains(part.toString())) {
        return true;
      }
    }
    return false;
  }

  private static List<MatchResult> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().toList();
  }
}
