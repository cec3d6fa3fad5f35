package org.concordat.jurisdictions;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Who states a fact, and could state it otherwise: people, by what they are to the alliance. */
public final class Speaker {
  private static final String BY_PLAN = ", by its plan";

  private Speaker() {}

  /**
   * Who can state this fact so, in words such as {@code whoever submits the job}; empty where
   * nobody can: what is measured is no statement, unless a job's plan makes it so.
   */
  public static Optional<String> of(FactName fact, FactSource source) {
    if (!Stated.isStated(fact, source)) {
      return Optional.empty();
    }
    return switch (source) {
      case JOB -> Optional.of("whoever submits the job" + (isPlanned(fact) ? BY_PLAN : ""));
      case ROSTER -> Optional.of("the members, in the roster that they sign");
      case MEMBER_ATTESTED -> Optional.of(ofMember(fact));
      case CERTIFICATE -> Optional.of("the member's own CA");
      case IDENTITY_PROVIDER -> Optional.of("the member's identity provider");
      case MEASURED ->
          isPlanned(fact) ? Optional.of("whoever submits the job" + BY_PLAN) : Optional.empty();
    };
  }

  private static boolean isPlanned(FactName fact) {
    return fact == FactName.COHORT_SIZE || fact == FactName.COLLUDERS;
  }

  private static String ofMember(FactName fact) {
    return !FactSheet.STATABLE.contains(fact)
        ? "the member, in the description of its data set"
        : "the member itself, by 'concordat fact state'";
  }

  static boolean canState(FactName fact, FactSource source) {
    return of(fact, source).isPresent();
  }

  /** All who state a fact, in one phrase; says so where the programs measure it, or nobody does. */
  public static String all(FactName fact) {
    Set<FactSource> sources = Stated.sources(fact);
    if (sources.isEmpty()) {
      return "nobody: no program of this version states it";
    }
    return new TreeSet<>(sources)
        .stream()
            .map(source -> of(fact, source).orElse("measured by the programs"))
            .distinct()
            .collect(Collectors.joining(", or "));
  }
}
