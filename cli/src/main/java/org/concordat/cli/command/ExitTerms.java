package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.concordat.certs.DocumentFiles;
import org.concordat.certs.DocumentKind;
import org.concordat.certs.Roster;
import org.concordat.jurisdictions.agreement.Agreement;
import org.concordat.jurisdictions.agreement.Exit;
import org.concordat.jurisdictions.agreement.Right;

/**
 * What the agreement in force says of a member that leaves, with days.
 *
 * @param left the first day on which it is no party any more
 */
record ExitTerms(Agreement agreement, LocalDate left) {

  /** Of the roster's agreement, whose bytes a member's home keeps; empty where there is none. */
  static Optional<ExitTerms> of(Path home, Roster roster, LocalDate left) {
    return roster
        .document(DocumentKind.AGREEMENT)
        .flatMap(entry -> new DocumentFiles(home).find(entry.digest()))
        .map(bytes -> new ExitTerms(Agreement.parse(Path.of("agreement"), bytes), left));
  }

  /** The day after which a right is gone; the day of leaving for one that ends at once. */
  private LocalDate until(Right right) {
    return left.plusDays(agreement.exit().goesOnDays(right));
  }

  /** By when what it holds is deleted: its last right has ended, and so many days more. */
  LocalDate deletedBy() {
    LocalDate last = Arrays.stream(Right.values()).map(this::until).reduce(left, ExitTerms::later);
    return last.plusDays(agreement.exit().deleteWithinDays());
  }

  private static LocalDate later(LocalDate one, LocalDate other) {
    return one.isAfter(other) ? one : other;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    Exit exit = agreement.exit();
    lines.add("By agreement '%s' version %d:".formatted(agreement.name(), agreement.version()));
    if (exit.noticeDays() > 0) {
      lines.add(
          "- it was to be said %d days before: by %s. Leaving holds all the same."
              .formatted(exit.noticeDays(), left.minusDays(exit.noticeDays())));
    }
    for (Right right : Right.values()) {
      lines.add(
          exit.goesOnDays(right) == 0
              ? "- your right to %s ended on %s".formatted(right, left)
              : "- your right to %s goes on until %s".formatted(right, until(right)));
    }
    lines.add("- what you hold is to be deleted by " + deletedBy());
    return lines;
  }

  ObjectNode into(ObjectNode json) {
    ObjectNode terms = json.putObject("terms");
    terms
        .put("agreement", agreement.name())
        .put("version", agreement.version())
        .put("noticeDays", agreement.exit().noticeDays())
        .put("deleteBy", deletedBy().toString());
    ObjectNode rights = terms.putObject("rightsUntil");
    for (Right right : Right.values()) {
      rights.put(right.text(), until(right).toString());
    }
    return json;
  }
}
