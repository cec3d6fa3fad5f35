package org.concordat.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.auditlog.WitnessKey;
import org.concordat.auditlog.WitnessedHead;
import org.concordat.certs.Genesis;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChain;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * What an auditor trusts of a log: the key in the pinned genesis, and the members' keys as
 * witnesses. Nothing of it comes from the folder that is checked.
 */
final class PinnedLog {
  @Option(
      names = "--genesis",
      required = true,
      paramLabel = "FILE",
      description = "The genesis that you have pinned.")
  private Path genesisFile = Path.of("");

  @Option(
      names = "--rosters",
      paramLabel = "FILE",
      description = {
        "Signed rosters after the genesis ('member list --rosters-out'): cosignatures of the agents"
            + " of the last one count, instead of the founding ones."
      })
  private @Nullable Path rostersFile;

  private @Nullable Genesis read;

  Genesis genesis() {
    if (read == null) {
      read = Genesis.load(genesisFile);
    }
    return read;
  }

  /** The signed rosters as given, verified; null where none are. */
  byte @Nullable [] rosters() throws IOException {
    if (rostersFile == null) {
      return null;
    }
    byte[] rosters = Files.readAllBytes(rostersFile);
    RosterChain.parse(genesis(), rosters);
    return rosters;
  }

  LogVerifierKey key() {
    return LogVerifierKey.parse(genesis().logVkey().value());
  }

  /** Whose cosignatures count: the agents of the roster. */
  List<WitnessKey> witnesses() throws IOException {
    return witnesses(roster());
  }

  /** The last roster that was given. */
  Roster roster() throws IOException {
    return roster(genesis(), rostersFile);
  }

  /** The last one of a file, verified; the genesis' where there is no file. */
  static Roster roster(Genesis genesis, @Nullable Path rostersFile) throws IOException {
    return rostersFile == null
        ? genesis.roster()
        : RosterChain.parse(genesis, Files.readAllBytes(rostersFile)).latest();
  }

  /** The keys of a roster's agents. */
  static List<WitnessKey> witnesses(Roster roster) {
    return roster.agents().stream()
        .map(agent -> WitnessKey.of(agent.dnsName(), agent.identityKey().bytes()))
        .toList();
  }

  /**
   * Whose cosignatures count, where so many are demanded.
   *
   * @throws Failure if there are not so many
   */
  List<WitnessKey> witnesses(int wanted) throws IOException {
    List<WitnessKey> members = witnesses();
    if (wanted < 0 || wanted > members.size()) {
      throw new Failure(
          ExitCode.USAGE,
          "--witnesses "
              + wanted
              + (rostersFile == null ? ": the genesis has " : ": the last roster has ")
              + members.size()
              + " agents",
          "give a number up to that; more than half of them see through a log shown in two versions");
    }
    return members;
  }

  /**
   * @param what is to be cosigned
   * @throws Failure if fewer have cosigned than are demanded
   */
  static void require(int wanted, @Nullable WitnessedHead head, String what, String next) {
    int found = head == null ? 0 : head.witnesses().size();
    if (found < wanted) {
      throw new Failure(
          ExitCode.VERIFICATION_FAILED,
          what + " has the cosignatures of " + found + " members, " + wanted + " are demanded",
          next);
    }
  }
}
