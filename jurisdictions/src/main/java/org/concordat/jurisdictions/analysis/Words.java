package org.concordat.jurisdictions.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.concordat.jurisdictions.Quoted;

/** The words of a claim, read from left to right. */
final class Words {
  private static final int MAX_WORDS = 200;

  private final List<String> words = new ArrayList<>();
  private final String forms;
  private int at;

  /**
   * @param forms the grammar's forms, for messages
   * @throws InvalidClaimException if there are too many
   */
  Words(String claim, String forms) {
    this.forms = forms;
    for (String word : claim.strip().split("[\\s]+", MAX_WORDS + 1)) {
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
    if (words.size() > MAX_WORDS) {
      throw new InvalidClaimException("a claim has at most " + MAX_WORDS + " words");
    }
  }

  boolean atEnd() {
    return at >= words.size();
  }

  /** Takes these words where they come next, whatever the case of their letters. */
  boolean take(String phrase) {
    String[] wanted = phrase.split(" ");
    for (int i = 0; i < wanted.length; i++) {
      if (at + i >= words.size() || !words.get(at + i).toLowerCase(Locale.ROOT).equals(wanted[i])) {
        return false;
      }
    }
    at += wanted.length;
    return true;
  }

  /** Takes one of these phrases, or nothing. */
  Optional<String> takeOneOf(List<String> phrases) {
    return phrases.stream().filter(this::take).findFirst();
  }

  /** Takes any word. */
  String any(String expected) {
    if (atEnd()) {
      throw unexpected(expected);
    }
    return words.get(at++);
  }

  /** The complaint about the word that comes next. */
  InvalidClaimException unexpected(String expected) {
    String what =
        atEnd()
            ? "the claim ends where " + expected + " should stand"
            : Quoted.text(words.get(at)) + " is not understood: expected " + expected;
    return new InvalidClaimException(what + ". Next: write it as " + forms);
  }
}
