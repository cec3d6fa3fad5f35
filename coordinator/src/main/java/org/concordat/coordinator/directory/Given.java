package org.concordat.coordinator.directory;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Which of a member's approvals of a kind of change about a member one is. The same approval again
 * is the same one.
 *
 * @param number from 1 on
 * @param withdrawn digest of the next roster that it had approved before; empty for the first
 */
public record Given(int number, Optional<String> withdrawn) {
  static final Given FIRST = new Given(1, Optional.empty());

  /** Behind the signature, as the store has it. */
  String stored() {
    return " " + number + " " + withdrawn.orElse("-");
  }

  static Given parse(byte[] stored) {
    String[] words = new String(stored, StandardCharsets.US_ASCII).split(" ");
    return words.length < 3
        ? FIRST
        : new Given(
            Integer.parseInt(words[1]), Optional.of(words[2]).filter(word -> !word.equals("-")));
  }

  Given next(String before) {
    return new Given(number + 1, Optional.of(before));
  }
}
