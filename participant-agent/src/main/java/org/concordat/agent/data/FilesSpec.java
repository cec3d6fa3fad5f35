package org.concordat.agent.data;

import java.util.List;

/**
 * Where a data set's rows stand, and which of them are for testing. File names are relative to the
 * data root.
 */
sealed interface FilesSpec {
  /** The files in the order in which the digest covers them. */
  List<String> names();

  /** Two files; the one for testing may be absent (empty). */
  record TrainAndTest(String train, String test) implements FilesSpec {
    @Override
    public List<String> names() {
      return test.isEmpty() ? List.of(train) : List.of(train, test);
    }
  }

  /**
   * One file, and a file {@code site,line,set,label} that assigns its lines; lines that are not
   * listed are left out.
   */
  record Assigned(String all, String split, String site) implements FilesSpec {
    @Override
    public List<String> names() {
      return List.of(all, split);
    }
  }

  /** One file, of which a fraction, drawn with a seed, is for testing. */
  record Drawn(String all, double testFraction, long seed) implements FilesSpec {
    @Override
    public List<String> names() {
      return List.of(all);
    }
  }
}
