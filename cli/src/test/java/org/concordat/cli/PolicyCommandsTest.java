package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.FactSheet;
import org.concordat.jurisdictions.FactSource;
import org.concordat.jurisdictions.Stated;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyCommandsTest {
  /** A fact with its source; that of a sum's figures is the job's plan, then the manifest. */
  private static final Pattern PUT =
      Pattern.compile(
          "\\.put\\(\\s*FactName\\.(\\w+),(?:(?!FactName)[\\s\\S])*?(?:FactSource\\.(\\w+)|\\w+\\.source\\(\\))");

  @TempDir Path temp;

  private static Path example(String name) {
    return Cli.root().resolve("examples/policies").resolve(name);
  }

  @Test
  void theSamplesTestsPassAndAreNamed() throws IOException {
    Cli done = Cli.run("policy", "test", example("demo.yaml"));
    assertThat(done.code()).as(done.err()).isZero();
    JsonNode json = Cli.json("policy", "test", example("demo.yaml"));
    assertThat(json.path("tests")).isNotEmpty();
    for (JsonNode test : json.path("tests")) {
      assertThat(test.path("passed").asBoolean()).isTrue();
      assertThat(done.out()).contains("ok      " + test.path("name").asText());
    }
  }

  @Test
  void aTestThatFailsIsNamedWithItsReason() throws IOException {
    String text =
        Files.readString(example("demo.yaml")).replaceFirst("expect: allowed", "expect: denied");
    Path wrong = Files.writeString(temp.resolve("wrong.yaml"), text);
    Cli done = Cli.run("policy", "test", wrong);
    assertThat(done.code()).isEqualTo(3);
    assertThat(done.out()).contains("FAILED  ").contains("expected denied");
    assertThat(done.err()).contains("1 of ").contains("Next:");
    Path broken =
        Files.writeString(temp.resolve("broken.yaml"), "format: 1\npolicy: x\nrulez: []\n");
    assertThat(Cli.run("policy", "check", broken).code()).isEqualTo(3);
    assertThat(Cli.run("policy", "check", broken).err()).contains("rulez").contains("broken.yaml");
    assertThat(Cli.run("policy", "test", temp.resolve("absent.yaml")).code()).isEqualTo(5);
  }

  @Test
  void aRefutedClaimsCaseIsReplayedByExplain() throws IOException {
    Path out = temp.resolve("case.yaml");
    String claim = "no update of a ch member is aggregated outside ch";
    Cli proved =
        Cli.run(
            "policy", "prove", example("demo.yaml"), "no model is exported", "--output", "json");
    assertThat(proved.code()).as(proved.err()).isZero();
    assertThat(proved.out()).contains("\"answer\":\"proved\"");
    Cli refuted = Cli.run("policy", "prove", example("demo.yaml"), claim, "--counterexample", out);
    assertThat(refuted.code()).as(refuted.err()).isEqualTo(11);
    assertThat(refuted.out()).contains("Next: concordat policy explain ");
    JsonNode explained = Cli.json("policy", "explain", example("demo.yaml"), "--case", out);
    assertThat(explained.path("allowed").asBoolean()).isTrue();
    for (String line : explained.path("explanation").asText().split("\n")) {
      assertThat(refuted.out()).contains(line);
    }
    Files.writeString(out, Files.readString(out).replaceFirst("expect: allowed", "expect: denied"));
    Cli other = Cli.run("policy", "explain", example("demo.yaml"), "--case", out);
    assertThat(other.code()).isEqualTo(3);
    assertThat(other.err()).contains("case.yaml: the case expects another answer");
    Cli undecided = Cli.run("policy", "prove", example("demo.yaml"), claim, "--limit", 5);
    assertThat(undecided.code()).isEqualTo(12);
    assertThat(undecided.out()).contains("Undecided: ").contains("Nothing is proved");
  }

  @Test
  void claimsInConditionsAndClaimsThatAreNone() {
    Path demo = example("demo.yaml");
    String small = "{fact: cohort-size, atMost: 2}";
    assertThat(Cli.run("policy", "prove", demo, "--never", "submit", "--when", small).code())
        .isZero();
    assertThat(Cli.run("policy", "prove", demo, "--always", "train", "--complete").code())
        .isEqualTo(11);
    assertThat(Cli.run("policy", "prove", demo, "--never", "train", "--without", "purpose").code())
        .isZero();
    assertThat(Cli.run("policy", "prove", demo).err()).contains("it is not said what to prove");
    assertThat(Cli.run("policy", "prove", demo, "no model is exported", "--never", "train").code())
        .isEqualTo(2);
    assertThat(Cli.run("policy", "prove", demo, "--never", "fly").err())
        .contains("there is no action 'fly'");
    assertThat(Cli.run("policy", "prove", demo, "--never", "train", "--without", "luck").err())
        .contains("there is no fact 'luck'");
    assertThat(Cli.run("policy", "prove", demo, "--never", "train", "--when", "{x: 1}").code())
        .isEqualTo(3);
    Cli words = Cli.run("policy", "prove", demo, "no banana is aggregated");
    assertThat(words.code()).isEqualTo(2);
    assertThat(words.err()).contains("'banana' is not understood").contains("Next: write it as");
  }

  @Test
  void theDifferenceOfTwoPoliciesInSentences() throws IOException {
    Path cases = temp.resolve("cases");
    Cli done =
        Cli.run(
            "policy",
            "diff",
            example("demo.yaml"),
            example("swiss-excluded.yaml"),
            "--cases",
            cases);
    assertThat(done.code()).as(done.err()).isEqualTo(11);
    assertThat(done.out())
        .contains(
            "1. Members whose jurisdiction is ch may no longer receive tasks (dispatch), train")
        .contains("rule 'swiss-needs-an-instrument' is new");
    assertThat(cases.resolve("case-7.yaml")).exists();
    Cli replayed =
        Cli.run(
            "policy",
            "explain",
            example("swiss-excluded.yaml"),
            "--case",
            cases.resolve("case-1.yaml"));
    assertThat(replayed.code()).as(replayed.err()).isZero();
    Cli same = Cli.run("policy", "diff", example("demo.yaml"), example("demo.yaml"));
    assertThat(same.code()).isZero();
    assertThat(same.out()).contains("Both give the same answers");
  }

  @Test
  void thePageIsWrittenAsHtml() throws IOException {
    Path html = temp.resolve("demo.html");
    Cli done = Cli.run("policy", "explain", example("demo.yaml"), "--html", html);
    assertThat(done.code()).as(done.err()).isZero();
    assertThat(done.out()).contains("What each action needs").contains("Written: ");
    assertThat(Files.readString(html))
        .startsWith("<!DOCTYPE html>")
        .contains("masked-updates-only");
  }

  @Test
  void rulesThatContradictEachOtherAreWarnedAbout() throws IOException {
    String text =
        Files.readString(example("demo.yaml"))
            .replaceFirst(
                "(?m)^rules:\n",
                """
                rules:
                  - id: tiny
                    effect: require
                    actions: [release]
                    when: {fact: cohort-size, atMost: 2}
                    because: agreed
                """);
    Path policy = Files.writeString(temp.resolve("tiny.yaml"), text);
    assertThat(Cli.run("policy", "check", policy).out())
        .contains("Warning: release is never allowed, whatever the facts: rules 'tiny',")
        .contains("cannot be met together");
  }

  /** Case P03. */
  @Test
  void aFactThatNoProgramStatesIsWarnedAboutAtLoad() throws IOException {
    String text =
        Files.readString(example("demo.yaml"))
            .replaceFirst(
                "(?m)^rules:\n",
                """
                rules:
                  - id: short-retention
                    effect: require
                    actions: [export]
                    when: {fact: retention-days, atMost: 30}
                    because: agreed
                """);
    Path policy = Files.writeString(temp.resolve("retention.yaml"), text);
    String warning = "reads retention-days, which no program of this version states";
    assertThat(Cli.run("policy", "check", policy).out()).contains("Warning: ").contains(warning);
    Files.createDirectories(temp.resolve("founding"));
    Cli init =
        Cli.run(
            "member",
            "init",
            "--name",
            "zurich",
            "--jurisdiction",
            "ch",
            "--country",
            "CH",
            "--role",
            "agent",
            "--dir",
            temp.resolve("zurich"));
    assertThat(init.code()).as(init.err()).isZero();
    Cli hub =
        Cli.run(
            "member",
            "init",
            "--name",
            "hub",
            "--jurisdiction",
            "ch",
            "--country",
            "CH",
            "--role",
            "coordinator",
            "--dir",
            temp.resolve("hub"));
    assertThat(hub.code()).as(hub.err()).isZero();
    Cli drafted =
        Cli.run(
            "alliance",
            "init",
            "--name",
            "p",
            "--domain",
            "p.example",
            "--policy",
            policy,
            "--ca",
            temp.resolve("ca"),
            "--out",
            temp.resolve("out"),
            temp.resolve("zurich/request.json"),
            temp.resolve("hub/request.json"));
    assertThat(drafted.code()).as(drafted.err()).isZero();
    assertThat(drafted.out()).contains(warning).contains("SHA-256 OF ITS REQUEST");
  }

  /** By-hand 11: nobody signs a policy unseen, or a roster whose requests it cannot compare. */
  @Test
  void aDraftIsShownInSentencesWithTheDigestOfEachRequest() throws IOException {
    Founding founding = Founding.in(temp, "demo.yaml");
    Path own = founding.home("zurich").resolve("request.json");
    Cli shown = Cli.run("alliance", "show", founding.draftFile(), own);
    assertThat(shown.code()).as(shown.err()).isZero();
    String digest = org.concordat.certs.MemberRequest.parse(Files.readAllBytes(own)).digest().hex();
    assertThat(shown.out())
        .contains("Rule 'masked-updates-only' requires of ")
        .contains("Nothing permits export")
        .contains(digest);
    Path other = temp.resolve("other");
    assertThat(
            Cli.run(
                    "member",
                    "init",
                    "--name",
                    "zurich",
                    "--jurisdiction",
                    "ch",
                    "--country",
                    "CH",
                    "--role",
                    "agent,approver,member-admin",
                    "--dir",
                    other)
                .code())
        .isZero();
    Cli swapped = Cli.run("alliance", "show", founding.draftFile(), other.resolve("request.json"));
    assertThat(swapped.code()).isEqualTo(8);
    assertThat(swapped.err()).contains("does not list 'zurich' as its request asks");
  }

  /** The table of facts that programs state is what coordinator and agent put. */
  @Test
  void theTableOfStatedFactsIsTrue() throws IOException {
    Map<FactName, Set<FactSource>> put = new EnumMap<>(FactName.class);
    for (String module : new String[] {"coordinator", "participant-agent"}) {
      try (Stream<Path> files = Files.walk(Cli.root().resolve(module).resolve("src/main/java"))) {
        for (Path file : files.filter(name -> name.toString().endsWith(".java")).toList()) {
          Matcher matcher = PUT.matcher(Files.readString(file));
          while (matcher.find()) {
            put.computeIfAbsent(
                    FactName.valueOf(matcher.group(1)), unseen -> EnumSet.noneOf(FactSource.class))
                .addAll(
                    matcher.group(2) == null
                        ? EnumSet.of(FactSource.JOB, FactSource.MEASURED)
                        : EnumSet.of(FactSource.valueOf(matcher.group(2))));
          }
        }
      }
    }
    assertThat(put).isNotEmpty();
    FactSheet.STATABLE.forEach(
        fact -> // of the sheet that the member signed
        put.computeIfAbsent(fact, unseen -> EnumSet.noneOf(FactSource.class))
                .add(FactSource.MEMBER_ATTESTED));
    for (FactName fact : FactName.values()) {
      Set<FactSource> sources = put.getOrDefault(fact, Set.of());
      assertThat(Stated.sources(fact)).as(fact.text()).containsAll(sources);
      assertThat(sources.isEmpty()).as(fact.text()).isEqualTo(Stated.sources(fact).isEmpty());
    }
  }
}
