package org.concordat.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.concordat.certs.DocumentKind;
import org.concordat.certs.MalformedDocumentException;
import org.concordat.certs.RosterChange;
import org.concordat.certs.RosterProposal;
import org.concordat.certs.Sha256;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.jurisdictions.Policy;

/**
 * A policy that members sign, and the file beside it with their signatures.
 *
 * @param file as people write it; what is signed is its canonical form
 */
record PolicyFile(Path file, Policy policy) {
  /** Behind the name of the policy's file. */
  static final String SIGNATURES = ".signatures";

  /**
   * @throws Failure when its own tests fail, or its version is out of bounds
   */
  static PolicyFile signable(Path file) throws IOException {
    Policy policy = Policy.parse(file, Files.readAllBytes(file));
    List<Policy.TestFailure> failures = policy.selfTest();
    if (!failures.isEmpty()) {
      throw new Failure(
          ExitCode.CONFIGURATION,
          file + ": its test '" + failures.get(0).test() + "' fails",
          "'concordat policy test " + file + "' shows all; correct the policy or its tests");
    }
    if (policy.version() > Integer.MAX_VALUE) {
      throw new Failure(
          ExitCode.CONFIGURATION,
          file + ": version " + policy.version() + " is greater than " + Integer.MAX_VALUE,
          "give the next version after the one in force");
    }
    return new PolicyFile(file, policy);
  }

  Sha256 digest() {
    return new Sha256(policy.digest().hex());
  }

  RosterChange.Document change(String reason) {
    return new RosterChange.Document(DocumentKind.POLICY, (int) policy.version(), digest(), reason);
  }

  Path signatures() {
    return file.resolveSibling(file.getFileName() + SIGNATURES);
  }

  /**
   * What was signed of this policy.
   *
   * @throws Failure when the file is about another one
   */
  RosterProposal proposal(Path signatures) throws IOException {
    RosterProposal proposal;
    try {
      proposal = RosterProposal.parse(Files.readAllBytes(signatures));
    } catch (MalformedDocumentException malformed) {
      throw new Failure(
          ExitCode.VERIFICATION_FAILED,
          signatures + ": " + malformed.getMessage(),
          "get it again from the member that signed last");
    }
    if (!(proposal.change() instanceof RosterChange.Document document)
        || !document.entry().equals(change(document.reason()).entry())) {
      throw new Failure(
          ExitCode.CONFLICT,
          signatures + " has signatures for another document than " + file + " as it is now",
          "sign anew after removing " + signatures + ", or get the policy that was signed");
    }
    return proposal;
  }
}
