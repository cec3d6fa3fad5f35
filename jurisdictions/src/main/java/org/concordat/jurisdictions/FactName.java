package org.concordat.jurisdictions;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The catalogue of facts: a closed list, each with its type, the place where it is stated and its
 * meaning. A policy that names another fact does not load. Ordered by how readily people can change
 * them, which is the order in which suggestions are made.
 */
public enum FactName {
  SECURE_AGGREGATION(FactType.FLAG, Place.ALLIANCE, "updates are combined under masks"),
  COHORT_SIZE(FactType.NUMBER, Place.ALLIANCE, "members whose updates are added into one sum"),
  COLLUDERS(
      FactType.NUMBER,
      Place.ALLIANCE,
      "members that may pool what they see without learning an update"),
  RETENTION_DAYS(FactType.NUMBER, Place.ALLIANCE, "days that what is sent is kept"),
  DP_EPSILON_LIMIT(FactType.NUMBER, Place.ALLIANCE, "privacy budget agreed for the job"),
  DP_EPSILON_SPENT(FactType.NUMBER, Place.ALLIANCE, "privacy budget spent, this step included"),
  TRANSFER_MECHANISM(
      FactType.CODE,
      Place.BOTH,
      "legal instrument for a transfer, such as standard-contractual-clauses"),
  TRANSFER_REFERENCE(FactType.REFERENCE, Place.BOTH, "where that instrument is filed"),
  PURPOSE(FactType.CODE, Place.ALLIANCE, "what the job is for"),
  ARTEFACT(
      FactType.CODE,
      Place.ALLIANCE,
      "what moves, such as masked-update, key-share, aggregate or model"),
  RECIPIENT_COUNTRY(FactType.COUNTRY, Place.ALLIANCE, "where the recipient is"),
  RECIPIENT_CONTROL(FactType.COUNTRY, Place.ALLIANCE, "country whose law controls the recipient"),
  AGGREGATOR_COUNTRY(FactType.COUNTRY, Place.ALLIANCE, "where updates are combined"),
  AGGREGATOR_CONTROL(
      FactType.COUNTRY, Place.ALLIANCE, "country whose law controls who combines them"),
  PROCESSING_REGION(
      FactType.JURISDICTION, Place.ALLIANCE, "jurisdiction in which processing happens"),
  KEY_LOCATION(FactType.COUNTRY, Place.BOTH, "where the keys are held"),
  HOSTING(FactType.CODE, Place.MEMBER, "who runs the member's machines, such as own or a provider"),
  HOSTING_CONTROL(
      FactType.COUNTRY, Place.MEMBER, "country whose law controls who runs the member's machines"),
  DATA_CLASS(
      FactType.CODE,
      Place.BOTH,
      "class of the data; what a member states about its own data counts first"),
  SUBJECT_REGIONS(
      FactType.JURISDICTIONS, Place.MEMBER, "jurisdictions of the people in the member's data"),
  CONTROL(FactType.COUNTRY, Place.MEMBER, "country whose law controls the member"),
  COUNTRY(FactType.COUNTRY, Place.MEMBER, "where the member's data is"),
  JURISDICTION(
      FactType.JURISDICTION,
      Place.MEMBER,
      "jurisdiction of the alliance that the member belongs to"),
  MEMBER(FactType.CODE, Place.MEMBER, "the member's id");

  /** Where a fact may be stated. */
  public enum Place {
    ALLIANCE,
    MEMBER,
    /**
     * The member's own statement counts, expired or not; where it states none, the alliance's.
     * These are the only facts where withholding a statement can matter in favour: what a member
     * attested must be passed on.
     */
    BOTH
  }

  /** What a member may state, and what the alliance may: bit by ordinal. */
  static final long OF_MEMBERS = statable(true);

  static final long OF_THE_ALLIANCE = statable(false);

  private final FactType type;
  private final Place place;
  private final String meaning;

  FactName(FactType type, Place place, String meaning) {
    this.type = type;
    this.place = place;
    this.meaning = meaning;
  }

  public FactType type() {
    return type;
  }

  /** Whether it counts things or days: then no world has a part of one, or fewer than none. */
  public boolean isCount() {
    return this == COHORT_SIZE || this == COLLUDERS || this == RETENTION_DAYS;
  }

  public Place place() {
    return place;
  }

  public String meaning() {
    return meaning;
  }

  /** Whether it may be stated by a member, or by the alliance. */
  public boolean mayBeStated(boolean ofMember) {
    return place == Place.BOTH || (place == Place.MEMBER) == ofMember;
  }

  private static long statable(boolean ofMember) {
    long names = 0;
    for (FactName name : values()) {
      names |= name.mayBeStated(ofMember) ? 1L << name.ordinal() : 0;
    }
    return names;
  }

  /** As written in policies: lower case with hyphens. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The fact written so, or nothing. */
  public static Optional<FactName> of(String text) {
    return Stream.of(values()).filter(fact -> fact.text().equals(text)).findFirst();
  }

  @Override
  public String toString() {
    return text();
  }
}
