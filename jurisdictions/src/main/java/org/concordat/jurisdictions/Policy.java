package org.concordat.jurisdictions;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A policy: rules as data, read once, then immutable. Evaluation reads no clock and does no I/O;
 * the language is in {@code docs/policy.md}.
 */
public final class Policy {
  /** No policy is larger. */
  public static final int MAX_BYTES = 1 << 20;

  /** Changed worlds tried in search of the smallest changes, shared evenly by the members. */
  static final int MAX_TRIED = 20_000;

  private final PolicyDocument document;
  private final byte[] canonical;
  private final PolicyDigest digest;
  private final Map<Action, CompiledRules> compiled;

  private Policy(PolicyDocument document) {
    this.document = document;
    this.canonical = PolicyJson.canonical(document);
    this.digest = PolicyDigest.of(sha256(canonical));
    this.compiled = CompiledRules.of(document);
  }

  /**
   * Reads YAML or JSON. Its test cases are read but not run: see {@link #selfTest}.
   *
   * @param nameForErrors named in messages; nothing is read from it
   * @throws InvalidPolicyException with every mistake, file and line
   */
  public static Policy parse(Path nameForErrors, byte[] text) {
    return new Policy(PolicyReader.read(nameForErrors, text));
  }

  /**
   * Reads a policy's file; no more than {@link #MAX_BYTES} and one byte are read of it, whatever
   * its size.
   *
   * @throws InvalidPolicyException as {@link #parse}
   */
  public static Policy read(Path file) throws IOException {
    return parse(file, bytes(file));
  }

  /**
   * The bytes of a policy's, an agreement's or a case's file, cut where they are more than anybody
   * reads.
   */
  public static byte[] bytes(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MAX_BYTES + 1);
    }
  }

  public String name() {
    return document.name();
  }

  /** Counts up from 1. */
  public long version() {
    return document.version();
  }

  /**
   * SHA-256 of {@link #canonicalJson}: comments, key order and spelling of the source do not
   * matter. Rules and test cases count in their order.
   */
  public PolicyDigest digest() {
    return digest;
  }

  /** RFC 8785 bytes; parsing them gives a policy of the same digest. A fresh array. */
  public byte[] canonicalJson() {
    return canonical.clone();
  }

  /** Rules, lists and test cases as read. */
  public PolicyDocument document() {
    return document;
  }

  Set<String> ruleIds() {
    Set<String> ids = new TreeSet<>();
    document.rules().forEach(rule -> ids.add(rule.id()));
    return ids;
  }

  /** What some rule asks of whoever acts, whether or not it ever decides. */
  public Set<Obligation> obligations() {
    Set<Obligation> all = EnumSet.noneOf(Obligation.class);
    document.rules().forEach(rule -> all.addAll(rule.obligations()));
    return all;
  }

  /** The number that it says with an obligation; empty where no rule lays that. */
  public OptionalInt bound(Obligation obligation) {
    Integer number = document.bounds().get(obligation);
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  /**
   * Decides, with suggestions of what somebody could state otherwise.
   *
   * @param alliance facts of the alliance and the job
   * @param touched facts of every member whose data or update is touched, by member id; with none,
   *     the answer is no. The fact {@code member} is added where it is not stated.
   * @throws InvalidFactException if a member's fact is stated by the alliance or the other way
   *     round, or an id is not one
   */
  public Decision evaluate(
      Action action, Facts alliance, SortedMap<String, Facts> touched, Instant now) {
    return evaluate(action, alliance, touched, now, Speaker::canState);
  }

  Decision evaluate(
      Action action,
      Facts alliance,
      SortedMap<String, Facts> touched,
      Instant now,
      FlipSearch.Statable statable) {
    World world = World.of(alliance, touched, now);
    List<Rule> rules = document.rulesFor(action);
    SortedMap<String, MemberVerdict> verdicts = verdicts(action, world);
    int tries = MAX_TRIED / Math.max(1, verdicts.size());
    verdicts.replaceAll(
        (member, verdict) ->
            verdict.withFlip(flip(new FlipSearch(rules, world, statable, tries), verdict)));
    List<Change> flip = flip(new FlipSearch(rules, world, statable, tries), verdicts);
    return new Decision(
        action,
        this,
        world,
        answer(action, world),
        Collections.unmodifiableSortedMap(verdicts),
        flip);
  }

  /**
   * Decides without looking for the smallest change, and without explaining before it is asked to:
   * for callers that ask often and explain seldom.
   *
   * @throws InvalidFactException as {@link #evaluate}
   */
  public Decision evaluateOnly(
      Action action, Facts alliance, SortedMap<String, Facts> touched, Instant now) {
    World world = World.of(alliance, touched, now);
    return new Decision(action, this, world, answer(action, world));
  }

  private CompiledRules.Answer answer(Action action, World world) {
    return Objects.requireNonNull(compiled.get(action)).answer(world);
  }

  /** The explained verdicts; a fresh map. */
  SortedMap<String, MemberVerdict> verdicts(Action action, World world) {
    List<Rule> rules = document.rulesFor(action);
    SortedMap<String, MemberVerdict> verdicts = new TreeMap<>();
    for (String member : world.members().keySet()) {
      verdicts.put(member, Evaluator.verdict(action, member, rules, world.view(member)));
    }
    requireSame(action, world, verdicts);
    return verdicts;
  }

  /** An answer that its own explanation contradicts must not be acted on. */
  private void requireSame(Action action, World world, SortedMap<String, MemberVerdict> verdicts) {
    boolean allowed =
        !verdicts.isEmpty() && verdicts.values().stream().allMatch(MemberVerdict::allowed);
    if (allowed != answer(action, world).allowed()) {
      throw new IllegalStateException(
          "policy " + digest + " explains " + action + " otherwise than it answers: report this");
    }
  }

  private static List<Change> flip(FlipSearch search, MemberVerdict verdict) {
    return verdict.allowed()
        ? search.toDeny(verdict.member())
        : search.toAllow(Set.of(verdict.member()));
  }

  /** All must be allowed for a yes; one denied is enough for a no. */
  private static List<Change> flip(FlipSearch search, SortedMap<String, MemberVerdict> verdicts) {
    boolean allowed = verdicts.values().stream().allMatch(MemberVerdict::allowed);
    if (!allowed) {
      return verdicts.size() == 1
          ? verdicts.values().iterator().next().smallestFlip()
          : search.toAllow(verdicts.keySet());
    }
    Optional<List<Change>> least =
        verdicts.values().stream()
            .map(MemberVerdict::smallestFlip)
            .filter(changes -> !changes.isEmpty())
            .min((a, b) -> Integer.compare(a.size(), b.size()));
    return least.orElse(List.of());
  }

  /**
   * How a sum is too small for a decision of this policy with the obligation {@code min-cohort};
   * empty where it is not.
   */
  public String tooFew(Decision decision, int cohortSize) {
    int least =
        decision.obligations().contains(Obligation.MIN_COHORT)
            ? bound(Obligation.MIN_COHORT).orElseThrow()
            : 0;
    return cohortSize < least
        ? "the policy allows %s with the obligation %s: %d, and the sum may have %d members"
            .formatted(decision.action(), Obligation.MIN_COHORT, least, cohortSize)
        : "";
  }

  /** Every rule, list and what nothing permits, each in a sentence. */
  public List<String> sentences() {
    return PolicyText.of(document);
  }

  /**
   * What a signer should know of rules that read facts which no program of this version states: a
   * {@code forbid} or {@code require} then denies, a {@code permit} permits nothing.
   */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    for (Rule rule : document.rules()) {
      for (String vain : Stated.inVain(rule)) {
        warnings.add("rule '" + rule.id() + "' (" + rule.effect() + ") reads " + vain);
      }
    }
    return warnings;
  }

  /** The names of its test cases, in their order. */
  public List<String> testNames() {
    return document.tests().stream().map(TestCase::name).toList();
  }

  /**
   * Runs the policy's own test cases; empty when all pass. A policy whose tests fail must not be
   * signed.
   */
  public List<TestFailure> selfTest() {
    List<TestFailure> failures = new ArrayList<>();
    for (TestCase test : document.tests()) {
      complaints(test).forEach(text -> failures.add(new TestFailure(test.name(), text)));
    }
    return failures;
  }

  /** In what this policy's answer is another than the case expects; empty where it is not. */
  public List<String> complaints(TestCase test) {
    Decision decision = evaluateOnly(test.action(), test.alliance(), test.members(), test.now());
    List<String> complaints = new ArrayList<>();
    if (test.expect().isPresent() && decision.allowed() != test.expect().get()) {
      complaints.add("expected " + verdict(test.expect().get()) + ", but:\n" + decision.explain());
    }
    for (Map.Entry<String, Boolean> expected : test.expectMembers().entrySet()) {
      MemberVerdict verdict = decision.members().get(expected.getKey());
      if (verdict == null || verdict.allowed() != expected.getValue()) {
        complaints.add(
            "expected "
                + expected.getKey()
                + " "
                + verdict(expected.getValue())
                + ", but:\n"
                + decision.explain());
      }
    }
    for (String rule : test.decidedBy()) {
      if (!decision.rules().contains(rule)) {
        complaints.add(
            "expected rule '"
                + rule
                + "' among those that decided, which were "
                + decision.rules());
      }
    }
    return complaints;
  }

  private static String verdict(boolean allowed) {
    return allowed ? "allowed" : "denied";
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  /** A test case of a policy that came out otherwise. */
  public record TestFailure(String test, String message) {}
}
