package org.concordat.jurisdictions.analysis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.concordat.jurisdictions.FactName;

/**
 * The members that the rules tell apart, by the first of these that they read: jurisdiction,
 * country, controlling country, id.
 *
 * @param variable that tells them apart, or -1
 */
record Who(int variable, List<Who.Group> groups) {
  private static final List<FactName> TELLING =
      List.of(FactName.JURISDICTION, FactName.COUNTRY, FactName.CONTROL, FactName.MEMBER);

  /** Members that are alike, and the choices that make them so. */
  record Group(String words, List<Integer> choices) {}

  static Who of(Space space) {
    for (FactName fact : TELLING) {
      int variable = space.variable(fact);
      if (variable >= 0) {
        return new Who(variable, groups(fact, space.variables().get(variable).choices()));
      }
    }
    return new Who(-1, List.of(new Group("Members", List.of(0))));
  }

  private static List<Group> groups(FactName fact, List<Choice> choices) {
    SortedSet<String> named = new TreeSet<>();
    choices.stream()
        .filter(choice -> !choice.others())
        .forEach(choice -> choice.alike().forEach(value -> named.add(value.toString())));
    Map<String, List<Integer>> groups = new LinkedHashMap<>();
    IntStream.range(0, choices.size())
        .forEach(
            i ->
                groups
                    .computeIfAbsent(
                        words(fact, choices.get(i), named), unseen -> new ArrayList<>())
                    .add(i));
    return groups.entrySet().stream()
        .map(group -> new Group(group.getKey(), List.copyOf(group.getValue())))
        .toList();
  }

  private static String words(FactName fact, Choice choice, SortedSet<String> named) {
    if (choice.fact().isEmpty()) {
      return "Members whose " + fact + " is not stated";
    }
    if (choice.others()) {
      return named.isEmpty()
          ? "Members whose " + fact + " is stated"
          : "Members whose " + fact + " is none of " + String.join(", ", named);
    }
    return "Members whose "
        + fact
        + " is "
        + choice.alike().stream()
            .map(Object::toString)
            .sorted()
            .collect(Collectors.joining(" or "));
  }
}
