package org.concordat.jurisdictions.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.concordat.jurisdictions.CaseFile;
import org.concordat.jurisdictions.Decision;
import org.concordat.jurisdictions.Policy;
import org.concordat.jurisdictions.Samples;
import org.concordat.jurisdictions.TestCase;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class PageTest {
  private static final Policy SWISS = Samples.example("swiss-excluded.yaml");

  private static String text(Page page) {
    return String.join("\n", TextPage.of(page));
  }

  @Test
  void thePageSaysWhatEachActionNeedsAndWhoStatesEachFact() {
    String page = text(PolicyPage.of(SWISS, List.of("something to know")));
    assertThat(page)
        .contains("Something to know.")
        .contains(
            "export. A model or bundle leaves the alliance. Nothing permits it: it is always denied.")
        .contains("This rule requires of dispatch")
        .contains("Reason: Swiss updates leave the country only under an instrument on record.")
        .contains("transfer-mechanism is stated by: the member itself, by 'concordat fact state'.")
        .contains("purpose is stated by: whoever submits the job.")
        .contains("Source: Agreement of the demo's members, annex 1")
        .contains("CH (Switzerland), DE (Germany)")
        .contains("Obligation: log-before-acting: ");
    assertThat(page.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
  }

  @Test
  void aDecisionsPageNamesWhoCouldStateWhatIsMissing() {
    String cases =
        """
        action: aggregate
        now: 2026-11-21T12:00:00Z
        alliance:
          purpose: marketing
          secure-aggregation: {value: true, source: measured}
          cohort-size: 4
          aggregator-country: {value: DE, source: roster}
        members: {zurich: {jurisdiction: {value: us, source: roster}}}
        """;
    TestCase one = CaseFile.parse(Samples.FILE, cases.getBytes(StandardCharsets.UTF_8), SWISS);
    Decision decision = SWISS.evaluate(one.action(), one.alliance(), one.members(), one.now());
    assertThat(text(CasePage.of(one, decision)))
        .startsWith("aggregate is denied")
        .contains("research-only (require). Its condition does not hold. The answer rests on it.")
        .contains("purpose were medical-research (now marketing)")
        .contains("Who could state that: whoever submits the job.");
  }

  /** Text of a policy is text: nothing of it becomes markup, and nothing is loaded or run. */
  @Test
  void theHtmlIsSafeAndWellFormed() throws Exception {
    String hostile = "<script>alert(1)</script> & \\\"'onload=x";
    Policy policy =
        Samples.rules(Samples.permitAll().replace("because: test", "because: \"" + hostile + "\""));
    String html = HtmlPage.of(PolicyPage.of(policy, List.of("<b>x</b>")));
    assertThat(html)
        .doesNotContain("<script")
        .doesNotContain("<b>")
        .doesNotContain("http://")
        .doesNotContain("https://")
        .contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;&#39;onload=x")
        .contains("default-src 'none'");
    String xml = html.replace("<!DOCTYPE html>\n", "").replaceAll("<meta ([^>]*)>", "<meta $1/>");
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    assertThat(
            factory
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(xml)))
                .getElementsByTagName("h2")
                .getLength())
        .isEqualTo(5);
  }
}
