package org.concordat.jurisdictions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class PolicyPropertiesTest {
  private static boolean allowed(List<String> rules, Facts alliance, Facts member) {
    TreeMap<String, Facts> members = new TreeMap<>(Map.of("m1", member));
    return Samples.rules(String.join("", rules))
        .evaluateOnly(Action.TRAIN, alliance, members, Samples.NOW)
        .allowed();
  }

  @TestFactory
  Stream<DynamicTest> lessIsNeverMorePermission() {
    return Seeded.property(
        "withholding or expiring a fact never gains a permission",
        100,
        random -> {
          RandomPolicies some = new RandomPolicies(random);
          List<String> rules = some.rules(5);
          Facts alliance = some.facts(false);
          Facts member = some.facts(true);
          if (allowed(rules, alliance, member)) {
            return;
          }
          for (FactName fact : RandomPolicies.FACTS) {
            assertThat(allowed(rules, alliance.without(fact), member)).as("%s", fact).isFalse();
            assertThat(allowed(rules, expired(alliance, fact), expired(member, fact)))
                .as("%s", fact)
                .isFalse();
            if (fact.place() == FactName.Place.MEMBER) {
              assertThat(allowed(rules, alliance, member.without(fact))).as("%s", fact).isFalse();
            }
          }
        });
  }

  private static Facts expired(Facts facts, FactName name) {
    return facts
        .get(name)
        .map(fact -> facts.with(new Fact(name, fact.value(), fact.source(), Samples.NOW)))
        .orElse(facts);
  }

  @TestFactory
  Stream<DynamicTest> rulesAreMonotone() {
    return Seeded.property(
        "a further forbid or require never allows, a further permit never denies, order does not matter",
        100,
        random -> {
          RandomPolicies some = new RandomPolicies(random);
          List<String> rules = some.rules(5);
          Facts alliance = some.facts(false);
          Facts member = some.facts(true);
          boolean before = allowed(rules, alliance, member);
          String effect = some.effect();
          List<String> more = new ArrayList<>(rules);
          more.add(Samples.rule("more", effect, some.condition(2)));
          boolean after = allowed(more, alliance, member);
          assertThat(effect.equals("permit") ? !before || after : before || !after).isTrue();
          Collections.shuffle(more, new Random(random.nextLong()));
          assertThat(allowed(more, alliance, member)).isEqualTo(after);
        });
  }

  @TestFactory
  Stream<DynamicTest> canonicalJsonIsAFixpoint() {
    return Seeded.property(
        "parse(canonicalJson) has the same digest and the same answers",
        100,
        random -> {
          RandomPolicies some = new RandomPolicies(random);
          Policy policy = Samples.rules(String.join("", some.rules(6)));
          Policy again = Policy.parse(Samples.FILE, policy.canonicalJson());
          assertThat(again.digest()).isEqualTo(policy.digest());
          Facts alliance = some.facts(false);
          Facts member = some.facts(true);
          assertThat(Samples.train(again, alliance, member))
              .isEqualTo(Samples.train(policy, alliance, member));
        });
  }

  @Test
  void theDigestIgnoresSpellingAndNoticesMeaning() {
    String one =
        "- {id: a, effect: permit, actions: [train, submit], when: {fact: country, in: [CH, DE]}, because: x}\n";
    String same =
        "# a comment\n- effect: permit\n  id: a\n  because: x\n  actions: [submit, train, train]\n"
            + "  when: {in: [\"de\", ch, CH], fact: country}\n";
    PolicyDigest digest = Samples.rules(one).digest();
    assertThat(Samples.rules(same).digest()).isEqualTo(digest);
    assertThat(Samples.rules(one.replace("DE", "FR")).digest()).isNotEqualTo(digest);
    assertThat(Samples.rules(one.replace("because: x", "because: y")).digest())
        .isNotEqualTo(digest);
    assertThat(digest.bytes()).hasSize(32);
  }

  @TestFactory
  Stream<DynamicTest> damagedPoliciesAreRefusedByName() {
    byte[] json = Samples.example("swiss-excluded.yaml").canonicalJson();
    return Seeded.property(
        "mutated text loads or is refused with InvalidPolicyException, nothing else",
        20,
        random -> {
          String rules = String.join("", new RandomPolicies(random).rules(3));
          byte[] yaml = Samples.text(rules).getBytes(StandardCharsets.UTF_8);
          for (int i = 0; i < 15; i++) {
            loadOrRefuse(mutated(json, random));
            loadOrRefuse(mutated(yaml, random));
          }
        });
  }

  private static void loadOrRefuse(byte[] text) {
    try {
      Policy policy = Policy.parse(Samples.FILE, text);
      assertThat(Policy.parse(Samples.FILE, policy.canonicalJson()).digest())
          .isEqualTo(policy.digest());
      policy.selfTest();
    } catch (InvalidPolicyException refused) {
      assertThat(refused.problems()).isNotEmpty();
    } catch (RuntimeException | StackOverflowError other) {
      fail("refused by another exception: " + new String(text, StandardCharsets.UTF_8), other);
    }
  }

  private static byte[] mutated(byte[] original, RandomGenerator random) {
    byte[] text = original.clone();
    int edits = random.nextInt(1, 6);
    String alphabet = "{}[]:,-?&*!|>'\"%@`#\n\t 0aZ\\\u0000~";
    for (int i = 0; i < edits; i++) {
      int at = random.nextInt(text.length);
      switch (random.nextInt(3)) {
        case 0 -> text[at] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
        case 1 -> text[at] = (byte) random.nextInt(256);
        default -> text = moved(text, at, random.nextInt(text.length), random.nextInt(1, 40));
      }
    }
    return text;
  }

  /** Copies a piece of the text over another. */
  private static byte[] moved(byte[] text, int from, int to, int length) {
    byte[] copy = text.clone();
    int fitting = Math.min(length, text.length - Math.max(from, to));
    System.arraycopy(text, from, copy, to, fitting);
    return copy;
  }
}
