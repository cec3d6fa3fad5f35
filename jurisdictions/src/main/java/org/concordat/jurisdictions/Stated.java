package org.concordat.jurisdictions;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which facts this version's programs know, and from which sources: coordinator and agent put them
 * before they ask a policy, from the roster, the job, what they measure, and what members stated in
 * a {@link FactSheet}. The catalogue has more, for programs to come; a rule that reads one of those
 * never learns it. A test compares this table with the programs.
 */
public final class Stated {
  private static final Map<FactName, Set<FactSource>> BY_PROGRAMS = new EnumMap<>(FactName.class);

  static {
    for (FactName fact :
        List.of(
            FactName.RECIPIENT_COUNTRY,
            FactName.RECIPIENT_CONTROL,
            FactName.AGGREGATOR_COUNTRY,
            FactName.AGGREGATOR_CONTROL,
            FactName.PROCESSING_REGION,
            FactName.MEMBER,
            FactName.JURISDICTION,
            FactName.COUNTRY,
            FactName.CONTROL)) {
      BY_PROGRAMS.put(fact, EnumSet.of(FactSource.ROSTER));
    }
    BY_PROGRAMS.put(FactName.PURPOSE, EnumSet.of(FactSource.JOB));
    BY_PROGRAMS.put(FactName.DATA_CLASS, EnumSet.of(FactSource.JOB, FactSource.MEMBER_ATTESTED));
    FactSheet.STATABLE.forEach(
        fact -> BY_PROGRAMS.put(fact, EnumSet.of(FactSource.MEMBER_ATTESTED)));
    BY_PROGRAMS.put(FactName.SECURE_AGGREGATION, EnumSet.of(FactSource.MEASURED));
    BY_PROGRAMS.put(FactName.ARTEFACT, EnumSet.of(FactSource.MEASURED));
    // the job's plan while it is submitted, the epoch's manifest from then on
    BY_PROGRAMS.put(FactName.COHORT_SIZE, EnumSet.of(FactSource.JOB, FactSource.MEASURED));
    BY_PROGRAMS.put(FactName.COLLUDERS, EnumSet.of(FactSource.JOB, FactSource.MEASURED));
  }

  private Stated() {}

  /** From which sources a fact is stated; empty for one that no program states. */
  public static Set<FactSource> sources(FactName fact) {
    Set<FactSource> sources = BY_PROGRAMS.get(fact);
    return sources == null ? Set.of() : Set.copyOf(sources);
  }

  static boolean isStated(FactName fact) {
    return BY_PROGRAMS.containsKey(fact);
  }

  static boolean isStated(FactName fact, FactSource source) {
    return sources(fact).contains(source);
  }

  /** What is in vain about a rule's comparisons, in words; empty where every fact can be known. */
  static List<String> inVain(Rule rule) {
    List<String> found = new ArrayList<>();
    rule.when()
        .forEachComparison(
            one -> {
              inVain(one.fact(), one.from(), found);
              if (one.operand() instanceof Operand.OtherFact other) {
                inVain(other.fact(), other.from(), found);
              }
            });
    return found.stream().distinct().toList();
  }

  private static void inVain(FactName fact, Set<FactSource> from, List<String> found) {
    Set<FactSource> sources = sources(fact);
    if (sources.isEmpty()) {
      found.add(fact.text() + ", which no program of this version states");
    } else if (!from.isEmpty() && from.stream().noneMatch(sources::contains)) {
      found.add(
          fact.text()
              + " from "
              + new TreeSet<>(from)
              + ", which is stated from "
              + new TreeSet<>(sources)
              + " only");
    }
  }
}
