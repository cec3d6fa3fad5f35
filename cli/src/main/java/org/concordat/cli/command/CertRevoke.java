package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CRLReason;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.concordat.certs.Crl;
import org.concordat.certs.Genesis;
import org.concordat.certs.MemberChain;
import org.concordat.certs.MemberId;
import org.concordat.certs.OfflineCa;
import org.concordat.certs.OwnCrl;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Outputs;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.concordat.iam.Site;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code concordat cert revoke}. */
@Command(
    name = "revoke",
    description = {
      "Revoke a certificate: sign the issuer's next revocation list (RFC 5280).",
      "A member revokes its own leaves, and the list is in force at once. The keeper of a jurisdiction's",
      "CA revokes a member's CA certificate, offline; any member then carries the file ('cert publish').",
      "A revocation is for good. When a list has ended, all that its issuer issued is refused: sign it",
      "anew before ('--renew')."
    },
    footer = {
      "",
      "Example, at a member ('cert rotate' and leaf.json in the home show serial numbers):",
      "  concordat cert revoke --serial 4f1c0a --reason key-compromise --config agent.yaml",
      "Example, at the keeper of the authority, offline:",
      "  concordat cert revoke --ca ./offline-ca --certificate oslo/member-ca.pem --out crl.pem",
      "  concordat cert revoke --ca ./offline-ca --renew eu --out crl.pem"
    })
final class CertRevoke extends BaseCommand {
  private static final String OWN = "own";

  @Mixin private ClientOptions client = new ClientOptions();

  @Option(
      names = "--serial",
      paramLabel = "HEX",
      description = "Of a leaf that your own member CA issued.")
  private @Nullable String serial;

  @Option(
      names = "--ca",
      paramLabel = "DIR",
      description = "The directory of the offline authority.")
  private @Nullable Path ca;

  @Option(
      names = "--certificate",
      paramLabel = "FILE",
      description = "The certificate to revoke, with --ca: the first one in a PEM file.")
  private @Nullable Path certificate;

  @Option(
      names = "--member",
      paramLabel = "NAME",
      description = "The same of a founder, whose certificate is in the genesis.")
  private @Nullable String member;

  @Option(
      names = "--renew",
      arity = "0..1",
      paramLabel = "AUTHORITY",
      fallbackValue = OWN,
      description =
          "Revoke nothing more, only sign the list anew: with --ca a jurisdiction's code or 'root'.")
  private @Nullable String renew;

  @Option(
      names = "--reason",
      paramLabel = "CODE",
      description =
          "unspecified, key-compromise, ca-compromise, affiliation-changed, superseded, cessation-of-operation or privilege-withdrawn (default: ${DEFAULT-VALUE}).")
  private String reason = "unspecified";

  @Option(
      names = "--days",
      paramLabel = "N",
      description = "The list holds so long: a newer one must be there by then (default: 365).")
  private int days = 365;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The list's file, with --ca (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("crl.pem");

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    int whats = count(serial, certificate, member, renew);
    if (whats != 1 || (ca == null) != (certificate == null && member == null && !renewsAt())) {
      throw new Failure(
          ExitCode.USAGE,
          "it is not said what is to be revoked",
          "give --serial for a leaf of your own; or --ca with --certificate, --member or --renew"
              + " AUTHORITY; or --renew alone");
    }
    if (ca == null) {
      own(terminal);
    } else {
      offline(terminal, ca);
    }
    return ExitCode.OK;
  }

  private boolean renewsAt() {
    return renew != null && !renew.equals(OWN);
  }

  private static int count(@Nullable Object... given) {
    int count = 0;
    for (Object one : given) {
      count += one == null ? 0 : 1;
    }
    return count;
  }

  private void offline(Terminal terminal, Path directory) throws IOException {
    Clock clock = Clock.systemUTC();
    CRLReason code = code(reason);
    OfflineCa authority = OfflineCa.load(directory);
    Crl crl =
        renew != null
            ? authority.renewCrl(renew, life(), clock)
            : authority.revoke(certificate(), code, life(), clock);
    Outputs.replace(out, crl.toPem());
    terminal.value(CrlText.json(crl).put("file", out.toString()));
    terminal.line(CrlText.line(crl) + ": " + out);
    terminal.line(
        "Next: any member runs 'concordat cert publish " + out + "'. It counts from then on.");
  }

  private X509Certificate certificate() throws IOException {
    if (certificate != null) {
      return MemberChain.firstOf(Files.readAllBytes(certificate));
    }
    MemberId founder = new MemberId(String.valueOf(member));
    return Genesis.load(client.genesisFile())
        .memberChain(founder)
        .map(MemberChain::memberCa)
        .orElseThrow(
            () ->
                new Failure(
                    ExitCode.NOT_FOUND,
                    "'" + founder + "' is no founder: the genesis has no certificate of it",
                    "give the file that was issued to it, with --certificate"));
  }

  private void own(Terminal terminal) throws IOException {
    Clock clock = Clock.systemUTC();
    CRLReason code = code(reason);
    @Nullable BigInteger number = serial == null ? null : serial(serial);
    try (Client connected = Client.connect(client.resolve(), Permission.PUBLISH_CRL, clock)) {
      Site site = connected.site();
      OwnCrl list = new OwnCrl(site.home().resolve(Site.KEYS), site.keys(), site.chain(), clock);
      Crl crl = sign(list, connected.crls().find(site.keys().memberCaDigest()), number, code);
      CertPublish.publish(connected, crl);
      ObjectNode json = CrlText.json(crl).put("published", true);
      terminal.value(json);
      terminal.line(CrlText.line(crl) + " is in force.");
      if (number != null) {
        terminal.line("Calls and connections with that certificate end now.");
      }
    }
  }

  /** A list that was signed here and did not get there is sent again. */
  private Crl sign(OwnCrl list, Optional<Crl> known, @Nullable BigInteger number, CRLReason code) {
    if (number == null) {
      return list.renew(known, life());
    }
    Optional<Crl> signed = list.latest().filter(crl -> crl.revoked().containsKey(number));
    if (signed.isPresent() && known.filter(crl -> !follows(signed.get(), crl)).isEmpty()) {
      return signed.get();
    }
    return signed.isPresent() && known.filter(crl -> crl.revoked().containsKey(number)).isEmpty()
        ? list.renew(known, life()) // another copy of this home has signed since
        : list.revoke(known, number, code, life());
  }

  private static boolean follows(Crl signed, Crl known) {
    return signed.number().compareTo(known.number()) > 0
        && signed.revoked().keySet().containsAll(known.revoked().keySet());
  }

  private Duration life() {
    if (days < 1 || days > 3650) {
      throw new Failure(
          ExitCode.USAGE,
          "--days is " + days,
          "a list holds for 1 to 3650 days: give such a number");
    }
    return Duration.ofDays(days);
  }

  private static BigInteger serial(String hex) {
    String digits = hex.replace(":", "");
    if (!digits.matches("[0-9a-fA-F]{1,40}")) {
      throw new Failure(
          ExitCode.USAGE,
          "'" + hex + "' is no serial number",
          "give up to 40 hex digits, as 'openssl x509 -serial' shows them");
    }
    return new BigInteger(digits, 16);
  }

  private static CRLReason code(String name) {
    for (CRLReason one : CRLReason.values()) {
      boolean usable =
          switch (one) {
            case UNUSED, CERTIFICATE_HOLD, REMOVE_FROM_CRL, AA_COMPROMISE -> false;
            default -> true;
          };
      if (usable && one.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(name)) {
        return one;
      }
    }
    throw new Failure(
        ExitCode.USAGE, "'" + name + "' is no reason code", "'cert revoke --help' lists them");
  }
}
