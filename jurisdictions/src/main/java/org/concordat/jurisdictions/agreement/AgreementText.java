package org.concordat.jurisdictions.agreement;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An agreement in sentences, as somebody should read it before signing. */
final class AgreementText {
  private AgreementText() {}

  static List<String> of(Agreement agreement) {
    return of(agreement, true);
  }

  /** All but who may do what. */
  static List<String> terms(Agreement agreement) {
    return of(agreement, false);
  }

  private static List<String> of(Agreement agreement, boolean withRights) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "It holds from "
            + agreement.begins()
            + (agreement.ends() == null
                ? ", without an end."
                : " until before " + agreement.ends() + "."));
    lines.add(partnership(agreement.partnership()));
    for (Party party : agreement.parties()) {
      lines.add(
          "Party '%s' is %s, of jurisdiction %s."
              .formatted(party.id(), party.name(), party.jurisdiction()));
    }
    for (Clause clause : agreement.clauses()) {
      lines.add("Clause '%s' is for %s.".formatted(clause.id(), list(clause.purposes())));
      for (Work.Kind kind : Work.Kind.values()) {
        lines.add(ownership(clause, kind));
        if (withRights) {
          lines.addAll(rights(clause, kind, agreement.parties().size()));
        }
      }
    }
    lines.add(liability(agreement.liability()));
    lines.addAll(exit(agreement.exit()));
    lines.add(modelKeys(agreement.modelKeys()));
    return lines;
  }

  private static String partnership(Partnership partnership) {
    if (partnership instanceof Partnership.JointConsortium joint) {
      return "The parties are a joint consortium with one repository, in jurisdiction "
          + joint.jurisdiction()
          + ", that "
          + joint.keeper()
          + " keeps.";
    }
    return partnership instanceof Partnership.CoInvestmentPool pool
        ? "The parties are a co-investment pool; of the capacity is "
            + shares(pool.capacity())
            + "."
        : "The parties are a federated alliance: each keeps its data at its site.";
  }

  private static List<String> rights(Clause clause, Work.Kind kind, int parties) {
    List<String> lines = new ArrayList<>();
    Work work = clause.work(kind);
    for (Right right : Right.values()) {
      Collection<String> holders = work.holders(right);
      String who =
          holders.isEmpty() ? "Nobody" : holders.size() == parties ? "Every party" : list(holders);
      lines.add("%s may %s %s under clause '%s'.".formatted(who, right, kind.text(), clause.id()));
    }
    return lines;
  }

  private static String ownership(Clause clause, Work.Kind kind) {
    Ownership ip = clause.work(kind).ip();
    String owned;
    if (ip instanceof Ownership.Joint joint) {
      owned = "are owned jointly: " + shares(joint.shares());
    } else if (ip instanceof Ownership.Licensed licensed) {
      owned =
          "are "
              + licensed.by()
              + "'s, licensed "
              + (licensed.exclusive() ? "exclusively " : "")
              + "to "
              + list(licensed.to());
    } else {
      owned = "are and stay " + ((Ownership.Retained) ip).by() + "'s";
    }
    return "Under clause '%s' %s %s.".formatted(clause.id(), kind.text(), owned);
  }

  private static String liability(Liability liability) {
    String who =
        switch (liability.kind()) {
          case OWN_FAULT -> "Each party answers for what it caused";
          case JOINT_AND_SEVERAL -> "Each party answers for the whole towards others";
          case BY_SHARE -> "Each party answers for its share: " + shares(liability.shares());
        };
    String cap =
        liability.cap() == null
            ? ", without a limit"
            : ", up to "
                + liability.cap().amount()
                + " "
                + liability.cap().currency()
                + " an event";
    return who + cap + ", under the law of " + liability.law() + ".";
  }

  private static List<String> exit(Exit exit) {
    List<String> lines = new ArrayList<>();
    lines.add("A party that leaves says so " + exit.noticeDays() + " days before.");
    for (Right right : Right.values()) {
      int days = exit.goesOnDays(right);
      lines.add(
          days == 0
              ? "Its right to " + right + " ends as it leaves."
              : "Its right to " + right + " goes on for " + days + " days.");
    }
    lines.add(
        "It has deleted what it holds within "
            + exit.deleteWithinDays()
            + " days after its last right has ended.");
    return lines;
  }

  private static String modelKeys(@Nullable ModelKeys keys) {
    return keys == null
        ? "Models at the coordinator can be opened with its key only."
        : "When the coordinator is gone, %d of %s can open its models together."
            .formatted(keys.needed(), list(keys.holders()));
  }

  private static String shares(Map<String, Integer> shares) {
    return shares.entrySet().stream()
        .map(one -> one.getKey() + " " + one.getValue() + "%")
        .collect(Collectors.joining(", "));
  }

  private static String list(Collection<String> words) {
    return String.join(", ", words);
  }
}
