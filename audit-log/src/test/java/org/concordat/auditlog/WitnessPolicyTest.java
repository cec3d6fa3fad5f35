package org.concordat.auditlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WitnessPolicyTest {
  private static final LogVerifierKey LOG = LogVerifierKey.of("log.example", key(9));
  private static final WitnessKey A = WitnessKey.of("a.example", key(1));
  private static final WitnessKey B = WitnessKey.of("b.example", key(2));
  private static final WitnessKey C = WitnessKey.of("c.example", key(3));

  private static byte[] key(int first) {
    byte[] seed = new byte[32];
    seed[0] = (byte) first;
    return new Ed25519PrivateKeyParameters(seed, 0).generatePublicKey().getEncoded();
  }

  private static final String THREE =
      "# of hospitals\n\nlog "
          + LOG
          + " https://log.example/\nwitness a "
          + A
          + "\nwitness b\t"
          + B
          + " https://b.example/\n witness c "
          + C
          + "\r\n";

  private static boolean satisfied(String rest, String... cosigned) {
    return WitnessPolicy.parse(THREE + rest).isSatisfiedBy(Set.of(cosigned));
  }

  @Test
  void soManyOfAGroup() {
    String two = "group g 2 a b c\nquorum g\n";
    assertThat(satisfied(two)).isFalse();
    assertThat(satisfied(two, "a.example")).isFalse();
    assertThat(satisfied(two, "a.example", "d.example")).isFalse();
    assertThat(satisfied(two, "a.example", "c.example")).isTrue();
    assertThat(satisfied("group g any a b c\nquorum g", "b.example")).isTrue();
    assertThat(satisfied("group g all a b c\nquorum g", "b.example", "a.example")).isFalse();
    assertThat(satisfied("group g all a b c\nquorum g", "b.example", "a.example", "c.example"))
        .isTrue();
  }

  @Test
  void groupsOfGroupsOneWitnessAndNone() {
    String nested = "group g any a b\ngroup h all g c\nquorum h\n";
    assertThat(satisfied(nested, "a.example", "b.example")).isFalse();
    assertThat(satisfied(nested, "b.example", "c.example")).isTrue();
    assertThat(satisfied("quorum b\n", "b.example")).isTrue();
    assertThat(satisfied("quorum b\n", "a.example", "c.example")).isFalse();
    assertThat(satisfied("quorum none\n")).isTrue();
  }

  @Test
  void itIsForTheLogsThatItNames() {
    WitnessPolicy policy = WitnessPolicy.parse(THREE + "quorum a\n");
    policy.requireFor(LOG);
    assertThatThrownBy(() -> policy.requireFor(LogVerifierKey.of("log.example", key(8))))
        .isInstanceOf(MalformedNoteException.class)
        .hasMessageContaining("other logs");
    assertThat(policy.witnesses()).containsExactly(A, B, C);
    WitnessPolicy.parse("quorum none").requireFor(LOG);
    assertThat(WitnessPolicy.parse(THREE + "group g 2 a b c\nquorum g"))
        .hasToString("quorum g, 2 of 3");
  }

  @Test
  void keysAreReadInTheirOneForm() {
    assertThat(WitnessKey.parse(A.toString())).isEqualTo(A);
    assertThatThrownBy(() -> WitnessKey.parse(LOG.toString())).hasMessageContaining("type 4");
    assertThatThrownBy(() -> WitnessKey.parse("a+b")).hasMessageContaining("name+hash+key");
    assertThatThrownBy(() -> WitnessKey.parse(A.toString().replace("a.example", "b.example")))
        .hasMessageContaining("does not belong");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "quorum",
        "quorum d",
        "quorum a b",
        "quorum a\nquorum a",
        "quorum a\nwitness d x",
        "witness a x",
        "witness d",
        "group g 2 a\nquorum g",
        "group g 0 a b\nquorum g",
        "group g 01 a b\nquorum g",
        "group g -1 a b\nquorum g",
        "group g most a b\nquorum g",
        "group g any\nquorum g",
        "group g 2 a a\nquorum g",
        "group g any a d\nquorum g",
        "group a any b\nquorum a",
        "group none any b\nquorum none",
        "log x\nquorum a",
        "trust a\nquorum a"
      })
  void whatIsNoPolicyIsRefusedByItsLine(String rest) {
    assertThatThrownBy(() -> WitnessPolicy.parse(THREE + rest))
        .isInstanceOf(MalformedNoteException.class)
        .hasMessageContaining("witness policy");
  }

  @Test
  void aKeyTwiceIsRefused() {
    assertThatThrownBy(() -> WitnessPolicy.parse(THREE + "witness again " + A + "\nquorum a"))
        .hasMessageContaining("line 7")
        .hasMessageContaining("second witness");
  }

  @Test
  void aFileWithoutEndIsRefused() {
    assertThatThrownBy(() -> WitnessPolicy.parse("#".repeat(WitnessPolicy.MAX_CHARS + 1)))
        .hasMessageContaining("characters");
  }
}
