package org.concordat.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An alliance in a directory, made by the commands, in this process. */
final class Founding {
  static final List<String> SITES = List.of("cleveland", "budapest", "zurich");

  private final Path root;

  private Founding(Path root) {
    this.root = root;
  }

  static Founding in(Path root, String policy) throws IOException {
    Founding founding = new Founding(root);
    founding.init("cleveland", "us", "US", "agent,approver,member-admin");
    founding.init("budapest", "eu", "HU", "agent,approver,member-admin");
    founding.init("zurich", "ch", "CH", "agent,approver,member-admin");
    founding.init("coordinator", "eu", "DE", "coordinator");
    founding.init("operator", "eu", "DE", "operator,auditor");
    founding.draft(policy);
    for (String site : SITES) {
      Cli.json("alliance", "sign", founding.draftFile(), "--dir", root.resolve(site));
    }
    for (String site : SITES) {
      Cli.json(
          "alliance",
          "sign",
          founding.draftFile(),
          "--add",
          root.resolve(site + ".signature.json"));
    }
    return founding;
  }

  void init(String name, String jurisdiction, String country, String roles) throws IOException {
    init(name, jurisdiction, country, roles, root.resolve(name));
  }

  /** The same in a directory of another name. */
  void init(String name, String jurisdiction, String country, String roles, Path home)
      throws IOException {
    Cli.json(
        "member",
        "init",
        "--name",
        name,
        "--jurisdiction",
        jurisdiction,
        "--country",
        country,
        "--role",
        roles,
        "--dir",
        home);
  }

  private void draft(String policy) throws IOException {
    List<Object> line =
        new ArrayList<>(
            List.of(
                "alliance",
                "init",
                "--name",
                "hospitals",
                "--domain",
                "hospitals.example",
                "--policy",
                Cli.root().resolve("examples/policies").resolve(policy),
                "--ca",
                root.resolve("ca"),
                "--out",
                root));
    for (String name : List.of("cleveland", "budapest", "zurich", "coordinator", "operator")) {
      line.add(root.resolve(name).resolve("request.json"));
    }
    Cli.json(line.toArray());
  }

  Path draftFile() {
    return root.resolve("genesis-draft.json");
  }

  Path genesis() {
    return root.resolve("genesis.json");
  }

  Path home(String name) {
    return root.resolve(name);
  }

  Path ca() {
    return root.resolve("ca");
  }

  /** Flags with which a participant calls the coordinator. */
  Object[] as(String name, int port, Object... command) {
    List<Object> line = new ArrayList<>(List.of(command));
    line.addAll(
        List.of(
            "--as",
            name,
            "--home",
            home(name),
            "--genesis",
            genesis(),
            "--coordinator",
            "127.0.0.1:" + port));
    return line.toArray();
  }

  Path coordinatorFile(String listen) throws IOException {
    return Files.writeString(
        root.resolve("coordinator.yaml"),
        "name: coordinator\nhome: coordinator\ngenesis: genesis.json\nlisten: " + listen + "\n");
  }
}
