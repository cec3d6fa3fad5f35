package org.concordat.jurisdictions.agreement;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * An agreement in the terms of the ODRL Information Model 2.2 (W3C Recommendation, 15 February
 * 2018), as JSON-LD 1.1 with its context inside, so that nothing is fetched to read it. One term
 * becomes one thing, and nothing is lost. Its uid is the agreement's digest (RFC 6920).
 *
 * <ul>
 *   <li>a right of a clause becomes a permission (section 2.6.1), its purposes and days constraints
 *       (2.5);
 *   <li>a right that goes on after an exit becomes a permission after the event {@code left};
 *   <li>notice, deletion and liability become obligations (2.6.3): inform, delete, compensate;
 *   <li>what ODRL has no word for, such as shares, is in the profile {@value #PROFILE} (3).
 * </ul>
 */
final class Odrl {
  static final String ODRL = "http://www.w3.org/ns/odrl/2/";
  static final String PROFILE = "https://concordat.example/ns/odrl-profile-1";
  static final String OWN = PROFILE + "#";
  private static final String XSD = "http://www.w3.org/2001/XMLSchema#";
  private static final String CURRENCY = "urn:iso:std:iso:4217:";

  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private final Agreement agreement;
  private final String uid;

  private Odrl(Agreement agreement) {
    this.agreement = agreement;
    byte[] digest = HexFormat.of().parseHex(agreement.digest());
    this.uid = "ni:///sha-256;" + Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
  }

  static String of(Agreement agreement) {
    try {
      return MAPPER.writeValueAsString(new Odrl(agreement).policy()) + "\n";
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("maps of plain values are always JSON", impossible);
    }
  }

  private Map<String, Object> policy() {
    Map<String, Object> policy = node("Agreement", uid);
    policy.put("@context", context());
    policy.put("profile", PROFILE);
    policy.put("c:name", agreement.name());
    policy.put("c:version", agreement.version());
    policy.put("c:begins", day(agreement.begins()));
    if (agreement.ends() != null) {
      policy.put("c:ends", day(agreement.ends()));
    }
    policy.put("c:partnership", partnership());
    policy.put("c:party", agreement.parties().stream().map(this::party).toList());
    ModelKeys keys = agreement.modelKeys();
    if (keys != null) {
      policy.put(
          "c:modelKeys", Map.of("c:needed", keys.needed(), "c:holder", iris(keys.holders())));
    }
    policy.put("c:clause", agreement.clauses().stream().map(this::clause).toList());
    List<Object> permissions = new ArrayList<>();
    for (Clause clause : agreement.clauses()) {
      for (Work.Kind kind : Work.Kind.values()) {
        clause
            .work(kind)
            .rights()
            .keySet()
            .forEach(right -> permissions.addAll(permissions(clause, kind, right)));
      }
    }
    policy.put("permission", permissions);
    policy.put("obligation", List.of(notice(), deletion(), liability()));
    return policy;
  }

  private static Map<String, Object> context() {
    Map<String, Object> context = new LinkedHashMap<>();
    context.put("@version", 1.1);
    context.put("@vocab", ODRL);
    context.put("c", OWN);
    context.put("xsd", XSD);
    context.put("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#");
    context.put("uid", "@id");
    for (String reference :
        List.of(
            "profile",
            "target",
            "assigner",
            "assignee",
            "unit",
            "c:by",
            "c:of",
            "c:to",
            "c:holder",
            "c:keeper")) {
      context.put(reference, Map.of("@id", term(reference), "@type", "@id"));
    }
    for (String word : List.of("action", "leftOperand", "operator")) {
      context.put(word, Map.of("@id", ODRL + word, "@type", "@vocab"));
    }
    return context;
  }

  private static String term(String word) {
    return word.startsWith("c:") ? OWN + word.substring(2) : ODRL + word;
  }

  private static Map<String, Object> node(String type, String uid) {
    Map<String, Object> node = new LinkedHashMap<>();
    node.put("@type", type);
    node.put("uid", uid);
    return node;
  }

  private static Map<String, Object> day(LocalDate day) {
    return Map.of("@value", day.toString(), "@type", "xsd:date");
  }

  private static Map<String, Object> days(int days) {
    return Map.of("@value", "P" + days + "D", "@type", "xsd:duration");
  }

  private String iri(String party) {
    return uid + "#party/" + party;
  }

  private List<String> iris(Collection<String> parties) {
    return parties.stream().map(this::iri).toList();
  }

  private Map<String, Object> party(Party party) {
    Map<String, Object> node = node("Party", iri(party.id()));
    node.put("c:id", party.id());
    node.put("c:name", party.name());
    node.put("c:jurisdiction", party.jurisdiction());
    return node;
  }

  private Map<String, Object> partnership() {
    Map<String, Object> node = new LinkedHashMap<>();
    Partnership partnership = agreement.partnership();
    if (partnership instanceof Partnership.JointConsortium joint) {
      node.put("@type", "c:JointConsortium");
      node.put("c:jurisdiction", joint.jurisdiction());
      node.put("c:keeper", iri(joint.keeper()));
    } else if (partnership instanceof Partnership.CoInvestmentPool pool) {
      node.put("@type", "c:CoInvestmentPool");
      node.put("c:share", shares(pool.capacity()));
    } else {
      node.put("@type", "c:FederatedAlliance");
    }
    return node;
  }

  private List<Object> shares(SortedMap<String, Integer> shares) {
    List<Object> nodes = new ArrayList<>();
    shares.forEach((party, percent) -> nodes.add(Map.of("c:of", iri(party), "c:percent", percent)));
    return nodes;
  }

  private String iri(Clause clause) {
    return uid + "#clause/" + clause.id();
  }

  private String iri(Clause clause, Work.Kind kind) {
    return iri(clause) + "/" + kind.text();
  }

  private Map<String, Object> clause(Clause clause) {
    Map<String, Object> node = node("c:Clause", iri(clause));
    node.put("c:id", clause.id());
    node.put("c:purpose", List.copyOf(clause.purposes()));
    node.put("c:models", asset(clause, Work.Kind.MODELS));
    node.put("c:derivedWorks", asset(clause, Work.Kind.DERIVED));
    return node;
  }

  private Map<String, Object> asset(Clause clause, Work.Kind kind) {
    Map<String, Object> node = node("AssetCollection", iri(clause, kind));
    Map<String, Object> owned = new LinkedHashMap<>();
    Ownership ip = clause.work(kind).ip();
    if (ip instanceof Ownership.Retained retained) {
      owned.put("@type", "c:Retained");
      owned.put("c:by", iri(retained.by()));
    } else if (ip instanceof Ownership.Joint joint) {
      owned.put("@type", "c:Joint");
      owned.put("c:share", shares(joint.shares()));
    } else if (ip instanceof Ownership.Licensed licensed) {
      owned.put("@type", "c:Licensed");
      owned.put("c:by", iri(licensed.by()));
      owned.put("c:to", iris(licensed.to()));
      owned.put("c:exclusive", licensed.exclusive());
    }
    node.put("c:ownership", owned);
    return node;
  }

  private List<Object> permissions(Clause clause, Work.Kind kind, Right right) {
    List<Object> permissions = new ArrayList<>();
    List<Object> constraints = new ArrayList<>();
    constraints.add(constraint("purpose", "isAnyOf", List.copyOf(clause.purposes())));
    constraints.add(constraint("dateTime", "gteq", day(agreement.begins())));
    if (agreement.ends() != null) {
      constraints.add(constraint("dateTime", "lt", day(agreement.ends())));
    }
    String name = iri(clause, kind) + "/" + right;
    permissions.add(permission(name, clause, kind, right, constraints));
    int days = agreement.exit().goesOnDays(right);
    if (days > 0) {
      List<Object> after = new ArrayList<>(constraints);
      after.add(LEFT);
      after.add(constraint("elapsedTime", "lteq", days(days)));
      permissions.add(permission(name + "/after-exit", clause, kind, right, after));
    }
    return permissions;
  }

  private Map<String, Object> permission(
      String name, Clause clause, Work.Kind kind, Right right, List<Object> constraints) {
    Map<String, Object> rule = node("Permission", name);
    rule.put("target", iri(clause, kind));
    rule.put("action", right.odrl());
    rule.put("assigner", iris(clause.work(kind).ip().owners()));
    rule.put("assignee", iris(clause.work(kind).holders(right)));
    rule.put("constraint", constraints);
    return rule;
  }

  private static Map<String, Object> constraint(String left, String operator, Object right) {
    return constraint(left, operator, right, null);
  }

  private static Map<String, Object> constraint(
      String left, String operator, Object right, @Nullable String unit) {
    Map<String, Object> node = new LinkedHashMap<>();
    node.put("@type", "Constraint");
    node.put("leftOperand", left);
    node.put("operator", operator);
    node.put("rightOperand", right);
    if (unit != null) {
      node.put("unit", unit);
    }
    return node;
  }

  /** After the party has left. */
  private static final Map<String, Object> LEFT =
      constraint("event", "gt", Map.of("@id", OWN + "left"));

  private static final Map<String, Object> NOT_LEFT =
      constraint("event", "lt", Map.of("@id", OWN + "left"));

  /** Every party owes it to every party. */
  private Map<String, Object> duty(String name, Object action) {
    Map<String, Object> duty = node("Duty", uid + "#" + name);
    List<String> all = iris(agreement.parties().stream().map(Party::id).toList());
    duty.put("action", action);
    duty.put("assigner", all);
    duty.put("assignee", all);
    return duty;
  }

  private Map<String, Object> notice() {
    Map<String, Object> duty = duty("notice", "inform");
    duty.put(
        "constraint",
        List.of(NOT_LEFT, constraint("delayPeriod", "gteq", days(agreement.exit().noticeDays()))));
    return duty;
  }

  private Map<String, Object> deletion() {
    Map<String, Object> duty = duty("deletion", "delete");
    duty.put(
        "constraint",
        List.of(
            constraint("event", "gt", Map.of("@id", OWN + "lastRightEnded")),
            constraint("elapsedTime", "lteq", days(agreement.exit().deleteWithinDays()))));
    return duty;
  }

  private Map<String, Object> liability() {
    Liability liability = agreement.liability();
    Liability.Cap cap = liability.cap();
    Object action = "compensate";
    if (cap != null) {
      Map<String, Object> limited = new LinkedHashMap<>();
      limited.put("@type", "Action");
      limited.put("rdf:value", Map.of("@id", ODRL + "compensate"));
      limited.put(
          "refinement", constraint("payAmount", "lteq", cap.amount(), CURRENCY + cap.currency()));
      action = limited;
    }
    Map<String, Object> duty = duty("liability", action);
    duty.put("c:kind", Map.of("@id", OWN + liability.kind().text()));
    duty.put("c:law", liability.law());
    if (!liability.shares().isEmpty()) {
      duty.put("c:share", shares(liability.shares()));
    }
    duty.put("constraint", List.of(constraint("event", "gt", Map.of("@id", OWN + "damage"))));
    return duty;
  }
}
