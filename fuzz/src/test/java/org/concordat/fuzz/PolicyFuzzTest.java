package org.concordat.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import org.concordat.jurisdictions.FactSheet;
import org.concordat.jurisdictions.InvalidPolicyException;
import org.concordat.jurisdictions.Policy;
import org.concordat.jurisdictions.agreement.Agreement;

/** Sovereignty policies, agreements, and what members state. */
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

  /** What is read is the same agreement as its canonical JSON, and can be told and exported. */
  @FuzzTest(maxDuration = "25s")
  void agreements(byte[] data) {
    Agreement agreement;
    try {
      agreement = Agreement.parse(Path.of("agreement.yaml"), data);
    } catch (InvalidPolicyException named) {
      return; // every mistake with file and line
    }
    Agreement again = Agreement.parse(Path.of("canonical"), agreement.canonicalJson());
    if (!again.equals(agreement) || agreement.sentences().isEmpty()) {
      throw new AssertionError("another agreement than its canonical JSON: " + agreement);
    }
    agreement.toOdrl();
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
