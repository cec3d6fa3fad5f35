package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.concordat.certs.DocumentKind;
import org.concordat.certs.MalformedDocumentException;
import org.concordat.certs.RosterChange;
import org.concordat.certs.RosterProposal;
import org.concordat.certs.Sha256;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.concordat.jurisdictions.Policy;
import org.concordat.jurisdictions.agreement.Agreement;

/**
 * A policy or an agreement that members sign, and the file beside it with their signatures.
 *
 * @param file as people write it
 * @param canonical what is signed
 * @param sentences as somebody should read it before signing
 * @param warnings what no program can meet
 */
record DocumentFile(
    Path file,
    DocumentKind kind,
    String name,
    long version,
    Sha256 digest,
    byte[] canonical,
    List<String> sentences,
    List<String> warnings) {
  /** Behind the name of the document's file. */
  static final String SIGNATURES = ".signatures";

  /**
   * @throws Failure when its own tests fail, or its version is out of bounds
   */
  static DocumentFile policy(Path file) throws IOException {
    Policy policy = Policy.read(file);
    List<Policy.TestFailure> failures = policy.selfTest();
    if (!failures.isEmpty()) {
      throw new Failure(
          ExitCode.CONFIGURATION,
          file + ": its test '" + failures.get(0).test() + "' fails",
          "'concordat policy test " + file + "' shows all; correct the policy or its tests");
    }
    return new DocumentFile(
            file,
            DocumentKind.POLICY,
            policy.name(),
            policy.version(),
            new Sha256(policy.digest().hex()),
            policy.canonicalJson(),
            policy.sentences(),
            policy.warnings())
        .requireVersion();
  }

  /**
   * @throws Failure when its version is out of bounds
   */
  static DocumentFile agreement(Path file) throws IOException {
    Agreement agreement = Agreement.read(file);
    return new DocumentFile(
            file,
            DocumentKind.AGREEMENT,
            agreement.name(),
            agreement.version(),
            new Sha256(agreement.digest()),
            agreement.canonicalJson(),
            agreement.sentences(),
            List.of())
        .requireVersion();
  }

  private DocumentFile requireVersion() {
    if (version > Integer.MAX_VALUE) {
      throw new Failure(
          ExitCode.CONFIGURATION,
          file + ": version " + version + " is greater than " + Integer.MAX_VALUE,
          "give the next version after the one in force");
    }
    return this;
  }

  /** The command group it belongs to: {@code policy} or {@code agreement}. */
  String word() {
    return kind.wireName();
  }

  void print(Terminal terminal) {
    terminal.line("%s version %d, %s".formatted(title(), version, digest));
    sentences.forEach(sentence -> terminal.line("  - " + sentence));
    warnings.forEach(warning -> terminal.line("Warning: " + warning + "."));
  }

  void put(ObjectNode json) {
    json.put(word(), name).put("version", version).put(word() + "Digest", digest.hex());
    sentences.forEach(json.putArray("sentences")::add);
    warnings.forEach(json.putArray("warnings")::add);
  }

  /** Such as {@code Policy 'demo'}. */
  String title() {
    return (kind == DocumentKind.POLICY ? "Policy '" : "Agreement '") + name + "'";
  }

  RosterChange.Document change(String reason) {
    return new RosterChange.Document(kind, (int) version, digest, reason);
  }

  Path signatures() {
    return file.resolveSibling(file.getFileName() + SIGNATURES);
  }

  /**
   * What was signed of this document.
   *
   * @throws Failure when the file is about another one
   */
  RosterProposal proposal(Path signatures) throws IOException {
    RosterProposal proposal;
    try {
      proposal = RosterProposal.read(signatures);
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
          "sign anew after removing " + signatures + ", or get the one that was signed");
    }
    return proposal;
  }
}
