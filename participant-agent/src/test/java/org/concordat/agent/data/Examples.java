package org.concordat.agent.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Finds the repository's examples, and the shared data where a machine has it. */
final class Examples {
  private Examples() {}

  static Path directory() {
    return upwards("examples/data-sets/README.md").getParent().getParent();
  }

  /**
   * The four sites' data sets, in the order of their papers.
   *
   * @param name the first half of the descriptions' names
   * @param folder with all files, or with a folder per site
   */
  static List<DataSet> load(String name, Path folder) {
    return Stream.of("cleveland", "budapest", "zurich", "long-beach")
        .map(
            site -> {
              Path own = folder.resolve(site);
              return DataSet.load(
                  directory().resolve("data-sets/" + name + "-" + site + ".yaml"),
                  Files.isDirectory(own) ? own : folder);
            })
        .toList();
  }

  /** The folder of the heart data; skips the test, saying so, where it is not. */
  static Path heartDisease() {
    Path found = upwards("shared/data/heart-disease/flamby-split.csv");
    if (found == null) {
      System.out.println(
          "SKIPPED: no folder shared/data/heart-disease above " + Path.of("").toAbsolutePath());
    }
    Assumptions.assumeTrue(found != null, "SKIPPED: the heart data is not on this machine");
    return found.getParent();
  }

  private static Path upwards(String name) {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.exists(at.resolve(name))) {
        return at.resolve(name);
      }
    }
    return null;
  }
}
