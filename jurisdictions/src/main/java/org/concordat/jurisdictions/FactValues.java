package org.concordat.jurisdictions;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Checks plain values against a fact's type and brings them to their one spelling. */
public final class FactValues {
  static final int MAX_REFERENCE_CHARS = 200;
  public static final int MAX_SET_SIZE = 256;

  /** What may move; the catalogue's closed list for {@link FactName#ARTEFACT}. */
  public static final Set<String> ARTEFACTS =
      Set.of(
          "update",
          "masked-update",
          "key-share",
          "partial-sum",
          "aggregate",
          "metrics",
          "model",
          "bundle");

  private static final Set<String> COUNTRIES =
      Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2);
  private static final int MAX_CODE_CHARS = 64;
  private static final int MAX_SUBDIVISION_CHARS = 8;
  private static final Pattern PRINTABLE =
      Pattern.compile("[^\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]+");

  private FactValues() {}

  /** The value of a text fact. */
  static FactValue.Text text(FactName fact, String raw) {
    if (!fact.type().isText()) {
      throw wrongType(fact, raw);
    }
    return new FactValue.Text(spell(fact, raw));
  }

  /** The value of a number fact. */
  static FactValue.Number number(FactName fact, double raw) {
    if (fact.type() != FactType.NUMBER || !Double.isFinite(raw)) {
      throw wrongType(fact, Double.toString(raw));
    }
    return new FactValue.Number(raw);
  }

  /** The value of a flag fact. */
  static FactValue.Flag flag(FactName fact, boolean raw) {
    if (fact.type() != FactType.FLAG) {
      throw wrongType(fact, Boolean.toString(raw));
    }
    return new FactValue.Flag(raw);
  }

  /** The value of a set fact. An empty set says nothing, so it is refused: leave the fact out. */
  static FactValue.TextSet set(FactName fact, Collection<String> raw) {
    if (fact.type() != FactType.JURISDICTIONS || raw.isEmpty() || raw.size() > MAX_SET_SIZE) {
      throw wrongType(fact, raw.size() + " values");
    }
    return new FactValue.TextSet(spellAll(fact, raw));
  }

  /** The value of any fact but a set, from one word of a file. */
  public static FactValue scalar(FactName fact, String raw) {
    return switch (fact.type()) {
      case NUMBER -> number(fact, parseNumber(fact, raw));
      case FLAG -> flag(fact, parseFlag(fact, raw));
      default -> text(fact, raw);
    };
  }

  /** Members of a set or of a list of alternatives, each in its one spelling. */
  public static SortedSet<String> spellAll(FactName fact, Collection<String> raw) {
    SortedSet<String> spelled = new TreeSet<>();
    for (String one : raw) {
      spelled.add(spell(fact, one));
    }
    return spelled;
  }

  /**
   * Whether text may stand on one line: no controls, no invisible or unpaired characters, not
   * blank.
   */
  static boolean isPrintable(String text) {
    return PRINTABLE.matcher(text).matches() && !text.isBlank();
  }

  /** Two letters, perhaps a hyphen and 1 to 8 letters or digits. */
  private static boolean isJurisdiction(String word) {
    int length = word.length();
    boolean country = length >= 2 && isLetter(word.charAt(0)) && isLetter(word.charAt(1));
    if (!country || length == 2) {
      return country;
    }
    boolean right = word.charAt(2) == '-' && length > 3 && length - 3 <= MAX_SUBDIVISION_CHARS;
    for (int i = 3; right && i < length; i++) {
      right = isLetterOrDigit(word.charAt(i));
    }
    return right;
  }

  /**
   * A word of {@link FactType#CODE} in its one spelling. Without regular expressions, as facts are
   * put together for every decision.
   */
  static boolean isCode(String word) {
    int length = word.length();
    boolean right = length > 0 && length <= MAX_CODE_CHARS && isLetterOrDigit(word.charAt(0));
    for (int i = 1; right && i < length; i++) {
      char c = word.charAt(i);
      right = isLetterOrDigit(c) || c == '.' || c == '_' || c == '/' || c == '-';
    }
    return right;
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z';
  }

  private static boolean isLetterOrDigit(char c) {
    return isLetter(c) || c >= '0' && c <= '9';
  }

  private static String spell(FactName fact, String raw) {
    FactType type = fact.type();
    String spelled =
        switch (type) {
          case COUNTRY -> raw.toUpperCase(Locale.ROOT);
          case REFERENCE -> raw;
          default -> raw.toLowerCase(Locale.ROOT);
        };
    boolean fits =
        switch (type) {
          case COUNTRY -> COUNTRIES.contains(spelled);
          case JURISDICTION, JURISDICTIONS -> isJurisdiction(spelled);
          case CODE -> isCode(spelled);
          case REFERENCE -> spelled.length() <= MAX_REFERENCE_CHARS && isPrintable(spelled);
          case NUMBER, FLAG -> false;
        };
    if (!fits) {
      throw wrongType(fact, raw);
    }
    if (fact == FactName.ARTEFACT && !ARTEFACTS.contains(spelled)) {
      throw new InvalidFactException(
          fact, Quoted.text(raw) + " is not one of " + String.join(", ", new TreeSet<>(ARTEFACTS)));
    }
    return spelled;
  }

  private static double parseNumber(FactName fact, String raw) {
    try {
      return Double.parseDouble(requirePlainNumber(fact, raw));
    } catch (NumberFormatException notANumber) {
      throw wrongType(fact, raw);
    }
  }

  /** Double.parseDouble takes hexadecimal, "1d" and "NaN" too; policies do not. */
  private static String requirePlainNumber(FactName fact, String raw) {
    if (raw.length() > 40 || !raw.matches("-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")) {
      throw wrongType(fact, raw);
    }
    return raw;
  }

  private static boolean parseFlag(FactName fact, String raw) {
    if (!raw.equals("true") && !raw.equals("false")) {
      throw wrongType(fact, raw);
    }
    return raw.equals("true");
  }

  private static InvalidFactException wrongType(FactName fact, String raw) {
    return new InvalidFactException(
        fact, Quoted.text(raw) + " is not right: expected " + fact.type().expected());
  }
}
