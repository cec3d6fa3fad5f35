package org.concordat.jurisdictions.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.jena.graph.Graph;
import org.apache.jena.rdf.model.Resource;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.shacl.ShaclValidator;
import org.apache.jena.shacl.Shapes;
import org.apache.jena.shacl.ValidationReport;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Exports are read by Titanium (JSON-LD 1.1) and validated by Apache Jena (SHACL) against what the
 * ODRL Information Model demands; read back, they are the same agreement.
 */
class OdrlTest {
  private static final Shapes SHAPES =
      Shapes.parse(
          RDFDataMgr.loadGraph(OdrlTest.class.getResource("odrl-agreement.ttl").toString()));

  private static ValidationReport validate(Graph graph) {
    return ShaclValidator.get().validate(SHAPES, graph);
  }

  private static void check(Agreement agreement) {
    OdrlGraph graph = new OdrlGraph(agreement.toOdrl());
    ValidationReport report = validate(graph.model.getGraph());
    assertThat(report.conforms()).as("%s\n%s", report.getEntries(), agreement.toOdrl()).isTrue();
    assertThat(graph.agreement()).isEqualTo(agreement);
    assertThat(graph.agreement().digest()).isEqualTo(agreement.digest());
  }

  @TestFactory
  Stream<DynamicTest> samplesAreOdrl() {
    return AgreementTest.samples()
        .map(file -> DynamicTest.dynamicTest(file, () -> check(AgreementTest.sample(file))));
  }

  @TestFactory
  Stream<DynamicTest> oneToOne() {
    return Seeded.property(
        "an export is valid ODRL, and read back it is the same agreement",
        60,
        random -> check(agreement(new RandomAgreements(random).yaml())));
  }

  private static Agreement agreement(String yaml) {
    return Agreement.parse(Path.of("random"), yaml.getBytes(StandardCharsets.UTF_8));
  }

  /** The validator is one: each of these is no ODRL. */
  @Test
  void whatIsWrongIsFound() {
    Agreement agreement = AgreementTest.sample("federated-hospitals.yaml");
    String right = agreement.toOdrl();
    for (String wrong :
        new String[] {
          right.replace("\"action\" : \"execute\"", "\"action\" : \"run\""),
          right.replace("\"leftOperand\" : \"purpose\"", "\"leftOperand\" : \"reason\""),
          right.replace("\"operator\" : \"isAnyOf\"", "\"operator\" : \"oneOf\""),
          right.replace("\"target\" : \"ni", "\"c:target\" : \"ni"),
          right.replace("\"profile\" : \"https", "\"c:profile\" : \"https"),
          right.replace("\"@type\" : \"Duty\"", "\"@type\" : \"Permission\"")
        }) {
      assertThat(wrong).isNotEqualTo(right);
      assertThat(validate(new OdrlGraph(wrong).model.getGraph()).conforms()).isFalse();
    }
  }

  @Test
  void theUidIsTheDigest() {
    Agreement agreement = AgreementTest.sample("joint-consortium.yaml");
    Resource root = new OdrlGraph(agreement.toOdrl()).root();
    assertThat(root.getURI()).startsWith("ni:///sha-256;").doesNotContain("=");
  }
}
