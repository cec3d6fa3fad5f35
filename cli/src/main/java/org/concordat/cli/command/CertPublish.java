package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.concordat.certs.Crl;
import org.concordat.certs.CrlFile;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.concordat.protocol.v1.PublishCrlRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code concordat cert publish}. */
@Command(
    name = "publish",
    description = {
      "Carry certificate revocation lists to the coordinator, which hands them to every agent.",
      "Anybody may: the signature of whoever issued the certificates counts."
    },
    footer = {"", "Example:", "  concordat cert publish crl.pem --config client.yaml"})
final class CertPublish extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(paramLabel = "FILE", description = "What 'cert revoke --ca' wrote.")
  private Path file = Path.of("");

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    List<Crl> lists = CrlFile.read(file);
    try (Client connected =
        Client.connect(client.resolve(), Permission.PUBLISH_CRL, Clock.systemUTC())) {
      ArrayNode all = Terminal.object().putArray("crls");
      for (Crl crl : lists) {
        boolean taken = publish(connected, crl);
        all.add(CrlText.json(crl).put("taken", taken));
        terminal.line(CrlText.line(crl) + (taken ? " is in force." : " was in force already."));
      }
      terminal.value(Terminal.object().set("crls", all));
    }
    return ExitCode.OK;
  }

  /** Whether it is new there. */
  static boolean publish(Client connected, Crl crl) {
    return connected
        .call()
        .publishCrl(PublishCrlRequest.newBuilder().setCrl(ByteString.copyFrom(crl.toPem())).build())
        .getTaken();
  }
}
