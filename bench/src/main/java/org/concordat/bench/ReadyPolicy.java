package org.concordat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.Policy;
import org.concordat.protocol.v1.JobSpec;

/**
 * A policy of {@code examples/policies}, with an alliance and a job whose members it fits.
 *
 * @param fitting those who may take part by what roster and job say
 * @param others who are in it too, and must state something first
 * @param statements what they must state about themselves
 */
record ReadyPolicy(
    String file,
    String purpose,
    String dataClass,
    PolicyAlliance.Seat coordinator,
    List<PolicyAlliance.Seat> fitting,
    List<PolicyAlliance.Seat> others,
    Map<FactName, String> statements) {
  private static final String HEALTH = "pseudonymised-health";
  private static final String RESEARCH = "medical-research";

  /** All of them. */
  static final List<ReadyPolicy> ALL =
      List.of(
          new ReadyPolicy(
              "demo.yaml",
              RESEARCH,
              HEALTH,
              seat("coordinator", "eu", "DE"),
              List.of(
                  seat("cleveland", "us", "US"),
                  seat("long-beach", "us", "US"),
                  seat("budapest", "eu", "HU"),
                  seat("zurich", "ch", "CH")),
              List.of(),
              Map.of()),
          new ReadyPolicy(
              "swiss-excluded.yaml",
              RESEARCH,
              HEALTH,
              seat("coordinator", "eu", "DE"),
              List.of(
                  seat("cleveland", "us", "US"),
                  seat("long-beach", "us", "US"),
                  seat("budapest", "eu", "HU")),
              List.of(seat("zurich", "ch", "CH")),
              Map.of(FactName.TRANSFER_MECHANISM, "swiss-standard-clauses")),
          new ReadyPolicy(
              "eu-ch-uk-us-hospitals.yaml",
              RESEARCH,
              HEALTH,
              seat("coordinator", "eu", "DE"),
              List.of(
                  seat("boston", "us", "US"),
                  seat("budapest", "eu", "HU"),
                  seat("leeds", "uk", "GB"),
                  seat("zurich", "ch", "CH")),
              List.of(),
              Map.of()),
          new ReadyPolicy(
              "gcc-only.yaml",
              RESEARCH,
              HEALTH,
              seat("coordinator", "sa", "SA"),
              List.of(
                  seat("dammam", "sa", "SA"),
                  seat("jeddah", "sa", "SA"),
                  seat("riyadh", "sa", "SA")),
              List.of(seat("manama", "bh", "BH")),
              Map.of(
                  FactName.TRANSFER_MECHANISM,
                  "adequate-country",
                  FactName.TRANSFER_REFERENCE,
                  "Order 42 of 2022, art. 2")),
          new ReadyPolicy(
              "banks-national-processing.yaml",
              "anti-money-laundering",
              "pseudonymised-accounts",
              seat("coordinator", "eu", "DE"),
              List.of(
                  seat("frankfurt", "eu", "DE"),
                  seat("mumbai", "in", "IN"),
                  seat("paris", "eu", "FR"),
                  seat("singapore", "sg", "SG"),
                  seat("zurich", "ch", "CH")),
              List.of(),
              Map.of()),
          new ReadyPolicy(
              "masked-updates-eu-aggregator.yaml",
              "crop-yields",
              "farm-records",
              seat("coordinator", "eu", "IE"),
              List.of(
                  seat("lyon", "eu", "FR"),
                  seat("nairobi", "ke", "KE"),
                  seat("toronto", "ca", "CA")),
              List.of(),
              Map.of()),
          new ReadyPolicy(
              "aggregate-only-cohort-5.yaml",
              "public-health",
              HEALTH,
              seat("coordinator", "eu", "NL"),
              List.of(
                  seat("lyon", "eu", "FR"),
                  seat("madrid", "eu", "ES"),
                  seat("oslo", "eu", "NO"),
                  seat("turin", "eu", "IT"),
                  seat("vienna", "eu", "AT")),
              List.of(),
              Map.of()),
          new ReadyPolicy(
              "no-foreign-control.yaml",
              RESEARCH,
              HEALTH,
              seat("coordinator", "eu", "DE"),
              List.of(),
              List.of(
                  seat("lyon", "eu", "FR"), seat("madrid", "eu", "ES"), seat("turin", "eu", "IT")),
              Map.of(FactName.HOSTING_CONTROL, "FR")));

  private static PolicyAlliance.Seat seat(String name, String jurisdiction, String country) {
    return new PolicyAlliance.Seat(name, jurisdiction, country);
  }

  List<PolicyAlliance.Seat> members() {
    return Stream.concat(fitting.stream(), others.stream()).toList();
  }

  Policy policy(Path folder) throws IOException {
    return Policy.parse(Path.of(file), Files.readAllBytes(folder.resolve(file)));
  }

  JobSpec job() {
    return JobSpec.newBuilder()
        .setJob("ready")
        .setPurpose(purpose)
        .setDataClass(dataClass)
        .setDataSet("ready")
        .build();
  }

  PolicyAlliance found(Path root, Path folder) throws IOException {
    return new PolicyAlliance(root, policy(folder), coordinator, members());
  }

  /** Whoever must, states what it must. */
  void state(PolicyAlliance alliance) {
    others.forEach(
        other -> statements.forEach((fact, value) -> alliance.state(other.name(), fact, value)));
  }
}
