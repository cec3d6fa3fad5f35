package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.Iterator;
import org.concordat.agent.carried.BundleFolder;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientConfig;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.concordat.protocol.v1.BlobPart;
import org.concordat.protocol.v1.ExportBundleRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code concordat bundle export}. */
@Command(
    name = "export",
    description = {
      "Write the file that is to be carried.",
      "With --member, at the coordinator's side: all that this member must know now, sealed to it.",
      "Without, at the site: all that its agent has said and the coordinator is not known to have."
    },
    footer = {
      "",
      "Examples:",
      "  concordat bundle export --out oslo.bundle --config agent.yaml",
      "  concordat bundle export --member oslo --out answer.bundle --config client.yaml"
    })
final class BundleExport extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Option(names = "--member", paramLabel = "NAME", description = "The member across the gap.")
  private @Nullable String member;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "The file.")
  private Path out = Path.of("");

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    ClientConfig config = client.resolve();
    if (member == null) {
      ofTheSite(config);
    } else {
      forMember(config, member);
    }
    ObjectNode json =
        Terminal.object().put("file", out.toString()).put("bytes", Files.size(out)).put("trips", 2);
    terminal.value(json);
    terminal.line("%s, %,d bytes.".formatted(out, Files.size(out)));
    BundleCommands.trips(terminal);
    terminal.line(
        member == null
            ? "Next, at the coordinator: concordat bundle import " + out.getFileName() + "."
            : "Next, at '" + member + "': concordat bundle import " + out.getFileName() + ".");
    return ExitCode.OK;
  }

  private void ofTheSite(ClientConfig config) throws IOException {
    BundleImport.requireNoStop(config);
    Path newest = new BundleFolder(config.home()).outgoing();
    if (!Files.exists(newest)) {
      throw new Failure(
          ExitCode.NOT_FOUND,
          "the agent has written no bundle yet (" + newest + ")",
          "start it with 'coordinator: {name: ..., carried: true}' in its file, or give --member at the coordinator's side");
    }
    Files.copy(newest, out, StandardCopyOption.REPLACE_EXISTING);
  }

  private void forMember(ClientConfig config, String name) throws IOException {
    try (Client connected = Client.connect(config, Permission.CARRY_BUNDLE, Clock.systemUTC())) {
      Iterator<BlobPart> parts =
          connected.stream().exportBundle(ExportBundleRequest.newBuilder().setMember(name).build());
      Path partial = out.resolveSibling(out.getFileName() + ".partial");
      try (OutputStream to = Files.newOutputStream(partial)) {
        while (parts.hasNext()) {
          parts.next().getData().writeTo(to);
        }
      } catch (StatusRuntimeException refused) {
        Files.deleteIfExists(partial);
        if (refused.getStatus().getCode() == Status.Code.NOT_FOUND) {
          throw new Failure(
              ExitCode.NOT_FOUND,
              String.valueOf(refused.getStatus().getDescription()),
              "at '"
                  + name
                  + "': concordat bundle export --out FILE; then here: concordat bundle import FILE",
              refused);
        }
        throw refused;
      }
      Files.move(partial, out, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
