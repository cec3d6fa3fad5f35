package org.concordat.iam;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a caller lacks for a call, and who could give it. */
final class Missing {
  private Missing() {}

  /** What this grant lacks, in words; empty if it is enough. */
  static Optional<String> in(
      AccessRule rule, Grant grant, Caller caller, Target target, Instant now) {
    if (!rule.roles().contains(grant.role())) {
      return Optional.of("the role " + AccessRule.names(rule.roles(), " or "));
    }
    if (!grant.member().equals(caller.member())) {
      return Optional.of(
          "a grant for %s: this one is for %s".formatted(caller.member(), grant.member()));
    }
    if (!grant.jurisdiction().equals(caller.jurisdiction())) {
      return Optional.of(
          "a grant for %s: this one is for %s"
              .formatted(caller.jurisdiction(), grant.jurisdiction()));
    }
    if (!now.isBefore(grant.validUntil())) {
      return Optional.of("a grant in force: this one ended at " + grant.validUntil());
    }
    if (!grant.jobs().isEmpty() && !grant.jobs().contains(target.job())) {
      return Optional.of(
          "%s in the scope of the role %s: it is for the jobs %s"
              .formatted(
                  target.job().isEmpty() ? "a job that is" : "job '" + target.job() + "'",
                  grant.role().wireName(),
                  String.join(", ", new TreeSet<>(grant.jobs()))));
    }
    if (!grant.purposes().isEmpty() && !grant.purposes().contains(target.purpose())) {
      return Optional.of(
          "%s among those of the role %s: it is for %s"
              .formatted(
                  target.purpose().isEmpty() ? "a purpose" : "purpose '" + target.purpose() + "'",
                  grant.role().wireName(),
                  String.join(", ", new TreeSet<>(grant.purposes()))));
    }
    return Optional.empty();
  }

  /** A denial in words. */
  static String of(AccessRule rule, Caller caller, Target target, Instant now) {
    Set<String> missing = new LinkedHashSet<>();
    boolean right = false;
    for (Grant grant : caller.grants()) {
      boolean role = rule.roles().contains(grant.role());
      if (role && !right) {
        missing.clear(); // what a fitting role lacks says more than that others do not fit
        right = true;
      }
      if (role || !right) {
        in(rule, grant, caller, target, now).ifPresent(missing::add);
      }
    }
    return "%s may not %s. Rule %s needs %s. Missing: %s. Who could grant it: %s"
        .formatted(
            caller.inWords(),
            rule.permission().inWords(),
            rule.name(),
            rule.needs(),
            String.join("; ", missing),
            grantor(rule, caller, right));
  }

  private static String grantor(AccessRule rule, Caller caller, boolean right) {
    if (caller.person().isPresent()) {
      return rule.people().isEmpty()
          ? "nobody, to a person: agents use certificates"
          : "whoever keeps the identity provider of " + caller.member();
    }
    return right
        ? "k members, by a roster that says so"
        : "k members, by a roster that gives "
            + caller.member()
            + " this role; where it has it, use a certificate for it";
  }
}
