package org.concordat.auditlog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which cosignatures a head must have: a policy file (c2sp.org/tlog-policy). Its lines are {@code
 * log <vkey> [<url>]}, {@code witness <name> <vkey> [<url>]}, {@code group <name> <all|any|K>
 * <name>...} and one {@code quorum <name|none>}; empty lines and those that begin with {@code #}
 * say nothing. A group or quorum names what stands before it. Addresses are not used.
 */
public final class WitnessPolicy {
  /** The longest file that is read. */
  public static final int MAX_CHARS = 65_536;

  private static final int MAX_NAMES = 256;
  private static final String NONE = "none";

  private final Set<String> logs = new LinkedHashSet<>();
  private final Map<String, WitnessKey> witnesses = new LinkedHashMap<>();
  private final Map<String, Group> groups = new LinkedHashMap<>();
  private String quorum = "";

  private record Group(int wanted, List<String> of) {}

  private WitnessPolicy() {}

  /**
   * Reads a policy.
   *
   * @throws MalformedNoteException naming the line
   */
  public static WitnessPolicy parse(String text) {
    if (text.length() > MAX_CHARS) {
      throw new MalformedNoteException("witness policy", "more than " + MAX_CHARS + " characters");
    }
    WitnessPolicy policy = new WitnessPolicy();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      String said = line.strip();
      if (!said.isEmpty() && !said.startsWith("#")) {
        try {
          policy.line(Arrays.asList(said.split("[ \t]+")));
        } catch (MalformedNoteException malformed) {
          throw new MalformedNoteException(
              "witness policy", "line " + number + ": " + malformed.getMessage());
        }
      }
    }
    if (policy.quorum.isEmpty()) {
      throw new MalformedNoteException("witness policy", "no line 'quorum <name|none>'");
    }
    return policy;
  }

  private void line(List<String> words) {
    if (!quorum.isEmpty()) {
      throw malformed("nothing follows the quorum");
    }
    switch (words.get(0)) {
      case "log" -> {
        requireWords(words, 2, 3);
        logs.add(LogVerifierKey.parse(words.get(1)).toString());
      }
      case "witness" -> {
        requireWords(words, 3, 4);
        WitnessKey key = WitnessKey.parse(words.get(2));
        if (witnesses.values().stream().anyMatch(other -> other.name().equals(key.name()))) {
          throw malformed("a second witness with a key of the name " + key.name());
        }
        witnesses.put(fresh(words.get(1)), key);
      }
      case "group" -> {
        requireWords(words, 4, MAX_NAMES + 3);
        List<String> of = words.subList(3, words.size());
        of.forEach(this::requireKnown);
        if (Set.copyOf(of).size() < of.size()) {
          throw malformed("a name twice in a group");
        }
        groups.put(fresh(words.get(1)), new Group(wanted(words.get(2), of.size()), of));
      }
      case "quorum" -> {
        requireWords(words, 2, 2);
        if (!words.get(1).equals(NONE)) {
          requireKnown(words.get(1));
        }
        quorum = words.get(1);
      }
      default -> throw malformed("'" + words.get(0) + "' is none of log, witness, group, quorum");
    }
  }

  private static int wanted(String text, int most) {
    if (text.equals("all")) {
      return most;
    }
    if (text.equals("any")) {
      return 1;
    }
    if (!text.matches("[1-9][0-9]{0,2}") || Integer.parseInt(text) > most) {
      throw malformed("'" + text + "' is none of all, any and 1 to " + most);
    }
    return Integer.parseInt(text);
  }

  private static void requireWords(List<String> words, int atLeast, int atMost) {
    if (words.size() < atLeast || words.size() > atMost) {
      throw malformed("a line '" + words.get(0) + "' of " + words.size() + " words");
    }
  }

  private String fresh(String name) {
    if (name.equals(NONE) || witnesses.containsKey(name) || groups.containsKey(name)) {
      throw malformed("the name " + name + " is taken");
    }
    if (witnesses.size() + groups.size() == MAX_NAMES) {
      throw malformed("more than " + MAX_NAMES + " names");
    }
    return name;
  }

  private void requireKnown(String name) {
    if (!witnesses.containsKey(name) && !groups.containsKey(name)) {
      throw malformed("no witness or group " + name + " stands before");
    }
  }

  private static MalformedNoteException malformed(String why) {
    return new MalformedNoteException("policy", why);
  }

  /** Whose cosignatures count. */
  public Collection<WitnessKey> witnesses() {
    return List.copyOf(witnesses.values());
  }

  /**
   * A policy that names no log is for each.
   *
   * @throws MalformedNoteException if it names others than this one
   */
  public void requireFor(LogVerifierKey log) {
    if (!logs.isEmpty() && !logs.contains(log.toString())) {
      throw new MalformedNoteException("witness policy", "it is for other logs than " + log);
    }
  }

  /**
   * Whether these have cosigned enough.
   *
   * @param cosigned names of keys
   */
  public boolean isSatisfiedBy(Set<String> cosigned) {
    Set<String> reached = new TreeSet<>();
    witnesses.forEach(
        (name, key) -> {
          if (cosigned.contains(key.name())) {
            reached.add(name);
          }
        });
    groups.forEach( // each stands behind those that it names
        (name, group) -> {
          if (group.of.stream().filter(reached::contains).count() >= group.wanted) {
            reached.add(name);
          }
        });
    return quorum.equals(NONE) || reached.contains(quorum);
  }

  /** For refusals: how many of how many, or which group. */
  @Override
  public String toString() {
    List<String> said = new ArrayList<>();
    said.add("quorum " + quorum);
    Group group = groups.get(quorum);
    if (group != null) {
      said.add(group.wanted + " of " + group.of.size());
    }
    return String.join(", ", said);
  }
}
