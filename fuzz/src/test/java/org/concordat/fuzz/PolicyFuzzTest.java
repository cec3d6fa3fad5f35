package org.concordat.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import org.concordat.jurisdictions.FactSheet;
import org.concordat.jurisdictions.InvalidPolicyException;
import org.concordat.jurisdictions.Policy;

/** Sovereignty policies, and what members state for them. */
class PolicyFuzzTest {
  private static final Path NAME = Path.of("policy.yaml");

  @FuzzTest(maxDuration = "25s")
  void parses(byte[] data) {
    try {
      Policy.parse(NAME, data);
    } catch (InvalidPolicyException named) {
      // Every mistake with file and line.
    }
  }

  @FuzzTest(maxDuration = "25s")
  void sheetsOfFacts(byte[] data) {
    try {
      FactSheet.parse(data);
    } catch (FactSheet.MalformedSheetException named) {
      // what is wrong with it
    }
  }
}
