package org.concordat.cli.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Founds the alliance: every participant makes its own keys, the hospitals sign the genesis, and
 * each pins it.
 */
final class Founding {
  private final Scenario scenario;
  private final Layout layout;
  private final Programs programs;
  private final Consumer<String> step;

  Founding(Scenario scenario, Layout layout, Programs programs, Consumer<String> step) {
    this.scenario = scenario;
    this.layout = layout;
    this.programs = programs;
    this.step = step;
  }

  void make() throws IOException, InterruptedException {
    step.accept(
        "each of "
            + everyone().size()
            + " participants makes its keys in its own directory: concordat member init");
    Together.all(everyone(), this::init);
    step.accept("concordat alliance init");
    List<String> init =
        new ArrayList<>(
            List.of(
                "alliance",
                "init",
                "--name",
                scenario.name(),
                "--domain",
                scenario.domain(),
                "--policy",
                scenario.policy().toString(),
                "--ca",
                layout.root().resolve("offline-ca").toString(),
                "--out",
                layout.root().toString()));
    everyone()
        .forEach(party -> init.add(layout.home(party.name()).resolve("request.json").toString()));
    programs.here(init);
    step.accept("the hospitals sign the genesis, the last for all: concordat alliance sign");
    sign(layout.root().resolve("genesis-draft.json").toString());
    layout.pinGenesis(scenario);
  }

  /** Each beside the draft; the last collects the others' signatures and adds its own. */
  private void sign(String draft) throws IOException, InterruptedException {
    int last = scenario.sites().size() - 1;
    List<Scenario.Site> others = scenario.sites().subList(0, last);
    Together.all(
        others,
        site ->
            programs.here(
                List.of("alliance", "sign", draft, "--dir", layout.home(site.name()).toString())));
    List<String> collect = new ArrayList<>(List.of("alliance", "sign", draft));
    for (Scenario.Site site : others) {
      collect.add("--add");
      collect.add(layout.root().resolve(site.name() + ".signature.json").toString());
    }
    collect.add("--dir");
    collect.add(layout.home(scenario.sites().get(last).name()).toString());
    collect.add("--in-place");
    programs.here(collect);
  }

  private List<Scenario.Party> everyone() {
    List<Scenario.Party> all =
        new ArrayList<>(scenario.sites().stream().map(Scenario.Site::party).toList());
    all.add(scenario.coordinator());
    all.add(scenario.operator());
    return all;
  }

  private String roles(Scenario.Party party) {
    if (party.name().equals(scenario.coordinator().name())) {
      return "coordinator";
    }
    return party.name().equals(scenario.operator().name())
        ? "operator,auditor"
        : "agent,approver,member-admin";
  }

  private void init(Scenario.Party party) {
    programs.here(
        List.of(
            "member",
            "init",
            "--name",
            party.name(),
            "--jurisdiction",
            party.jurisdiction(),
            "--country",
            party.country(),
            "--role",
            roles(party),
            "--log-name",
            scenario.name(),
            "--dir",
            layout.home(party.name()).toString()));
  }
}
