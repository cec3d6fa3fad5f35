package org.concordat.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class ReportTest {
  @Test
  void jsonHasEveryKeyAndNullWhereNothingWasMeasured() throws Exception {
    Report report = new Report();
    report.figure(Goal.MASKING, new Samples(0.5, 0.7, 0.6));
    report.detail("other", new Samples(2));
    JsonNode json = new ObjectMapper().readTree(report.json());
    for (Goal goal : Goal.values()) {
      assertThat(json.has(goal.key)).as(goal.key).isTrue();
    }
    assertThat(json.get("maskingVsKeystream").asDouble()).isEqualTo(0.6);
    assertThat(json.get("unmaskVsFlower").isNull()).isTrue();
    assertThat(json.at("/details/maskingVsKeystream/reached").asBoolean()).isTrue();
    assertThat(json.at("/details/other/median").asDouble()).isEqualTo(2);
    assertThat(report.json()).doesNotContain("\n");
  }

  @Test
  void tableSaysWhatWasMissed() {
    Report report = new Report();
    report.figure(Goal.ROUND_BYTES, new Samples(20_001));
    report.figure(Goal.UPLOAD, new Samples(0.7501));
    assertThat(report.table())
        .containsPattern("roundBytesN100 +20001 .*MISSED")
        .containsPattern("uploadVsFloat32 .*reached")
        .containsPattern("epochCpuSecondsN256 +not measured");
  }
}
