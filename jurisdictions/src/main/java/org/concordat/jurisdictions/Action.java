package org.concordat.jurisdictions;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a policy decides about. The list is closed: a policy that names another action does not
 * load.
 */
public enum Action {
  /** A task and the current model go to a member. */
  DISPATCH,
  /** A member trains on its own data. */
  TRAIN,
  /** A member's masked update leaves its site. */
  SUBMIT,
  /** A member reveals shares or seeds, so that masks can be removed. */
  REVEAL,
  /** Masked updates are added up. */
  AGGREGATE,
  /** A model is scored on a member's data. */
  EVALUATE,
  /** A model version is published to the members. */
  RELEASE,
  /** A model or bundle leaves the alliance. */
  EXPORT;

  /** As written in policies and requests: lower case. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What moves in it, as the fact {@code artefact} is written. */
  public String artefact() {
    switch (this) {
      case DISPATCH:
      case RELEASE:
      case EXPORT:
        return "model";
      case REVEAL:
        return "key-share";
      case AGGREGATE:
        return "aggregate";
      case TRAIN:
        return "update";
      case EVALUATE:
        return "metrics";
      default:
        return "masked-update";
    }
  }

  /** The action written so, or nothing. */
  public static Optional<Action> of(String text) {
    return Stream.of(values()).filter(action -> action.text().equals(text)).findFirst();
  }

  @Override
  public String toString() {
    return text();
  }
}
