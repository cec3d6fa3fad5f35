package org.concordat.cli.client;

import java.io.IOException;
import java.time.Clock;
import org.concordat.agent.policy.FactsFile;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.iam.Site;
import org.concordat.jurisdictions.FactSheet;
import org.concordat.protocol.Envelopes;

/** The sheet of facts in a member's home, read and signed without a network. */
public final class OwnFacts {
  private final FactsFile file;
  private final Envelopes envelopes;
  private final String member;

  public OwnFacts(ClientConfig config, Clock clock) throws IOException {
    Site site = Site.open(config.home(), config.genesis(), config.name());
    this.file = new FactsFile(config.home());
    this.member = site.id().value();
    this.envelopes =
        new Envelopes(
            site.genesis().alliance().value(),
            member,
            site.keys()::sign,
            (sender, message, signature) ->
                sender.equals(member) && site.keys().identity().verify(message, signature),
            clock.millis() * 1000);
  }

  /**
   * What this member states now; nothing where it never has.
   *
   * @throws Failure if the file is none of this member's, signed with its present key
   */
  public FactSheet sheet() throws IOException {
    byte[] sealed;
    try {
      sealed = file.read();
    } catch (IOException unreadable) {
      throw new Failure(
          ExitCode.CONFIGURATION,
          file.path() + " cannot be read: " + unreadable.getMessage(),
          "look at it; moved away, the agent gets what the coordinator has at its next session");
    }
    return sealed.length == 0 ? FactSheet.empty(member) : sheet(sealed);
  }

  private FactSheet sheet(byte[] sealed) {
    try {
      Envelopes.Opened opened = envelopes.open(sealed);
      return FactSheet.stated(opened.type(), opened.sender(), opened.payload());
    } catch (Envelopes.BadEnvelope | FactSheet.MalformedSheetException wrong) {
      throw new Failure(
          ExitCode.VERIFICATION_FAILED,
          file.path() + " is not what this member signed: " + wrong.getMessage(),
          "move it away and state the facts anew; after 'member replace-keys' they are signed anew");
    }
  }

  /** Signs a sheet and puts it where the agent finds it. Durable when it returns. */
  public void sign(FactSheet sheet) throws IOException {
    file.write(envelopes.seal(FactSheet.TYPE, 0, 0, sheet.toBytes()));
  }
}
