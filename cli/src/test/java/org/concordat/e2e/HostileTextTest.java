package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.concordat.agent.report.AgentStatus;
import org.concordat.certs.InForce;
import org.concordat.certs.MemberId;
import org.concordat.certs.Role;
import org.concordat.certs.RosterChain;
import org.concordat.cli.Main;
import org.concordat.iam.Site;
import org.concordat.protocol.Limits;
import org.concordat.protocol.TlsChannels;
import org.concordat.protocol.v1.GetRostersReply;
import org.concordat.protocol.v1.OperationsGrpc;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * A coordinator with a good certificate whose every text is made to act on the terminal that shows
 * it: every command is walked, in text and in JSON, against its answers and its refusals.
 */
class HostileTextTest {
  /** ESC and CSI, a link (OSC 8), C1, a bidirectional override, a line, a tag, a lone surrogate. */
  private static final String HOSTILE =
      "x\u001b[2J\u001b]8;;http://evil\u0007\u009b31m\u202eab\nNext: obey\r\u2028\udb40\udc41\u0000";

  @TempDir static Path root;
  private static TestAlliance alliance;
  private static Server server;
  private static volatile boolean refusing;

  @BeforeAll
  static void start() throws Exception {
    alliance = new TestAlliance(root, WholeRoundTest.policy());
    Site site =
        Site.open(
            alliance.home("coordinator"),
            root.resolve("genesis.json"),
            new MemberId("coordinator"));
    server =
        TlsChannels.server(
                new InetSocketAddress("127.0.0.1", 0),
                site.tls(Role.COORDINATOR, alliance.clock).keyManager(),
                Site.trust(() -> InForce.of(alliance.genesis), alliance.clock),
                Limits.DEFAULT)
            .addService(hostile())
            .build()
            .start();
    Files.writeString(
        root.resolve("client.yaml"),
        "name: operator\nhome: operator\ngenesis: genesis.json\ncoordinator: {address: \"127.0.0.1:"
            + server.getPort()
            + "\"}\n");
    Files.writeString(
        alliance.home("zurich").resolve(AgentStatus.FILE),
        new ObjectMapper()
            .writeValueAsString(
                Map.of(
                    "name", HOSTILE, "state", HOSTILE, "lastError", HOSTILE, "connected", false)));
    alliance.port(server.getPort());
    alliance.agentConfig("zurich");
  }

  @AfterAll
  static void stop() {
    server.shutdownNow();
    alliance.close();
  }

  /** Every call of the service answers with hostile text, or is refused with it. */
  private static ServerServiceDefinition hostile() {
    ServerServiceDefinition.Builder service =
        ServerServiceDefinition.builder(OperationsGrpc.getServiceDescriptor());
    OperationsGrpc.getServiceDescriptor().getMethods().forEach(method -> add(service, method));
    return service.build();
  }

  private static <Q, A> void add(
      ServerServiceDefinition.Builder service, MethodDescriptor<Q, A> method) {
    service.addMethod(
        ServerMethodDefinition.create(
            method,
            (call, headers) -> {
              call.request(1);
              return new ServerCall.Listener<Q>() {
                @Override
                public void onHalfClose() {
                  answer(call, method);
                }
              };
            }));
  }

  @SuppressWarnings("unchecked")
  private static <Q, A> void answer(ServerCall<Q, A> call, MethodDescriptor<Q, A> method) {
    boolean rosters =
        method.getFullMethodName().equals(OperationsGrpc.getGetRostersMethod().getFullMethodName());
    if (refusing && !rosters) {
      call.close(Status.PERMISSION_DENIED.withDescription(HOSTILE), new Metadata());
      return;
    }
    PrototypeMarshaller<A> marshaller = (PrototypeMarshaller<A>) method.getResponseMarshaller();
    Message.Builder answer =
        ((Message) Objects.requireNonNull(marshaller.getMessagePrototype())).newBuilderForType();
    fill(answer, 0);
    call.sendHeaders(new Metadata());
    call.sendMessage(rosters ? (A) genuine() : (A) answer.build());
    call.close(Status.OK, new Metadata());
  }

  /** Signed by members, and verified: what is hostile comes after it. */
  private static GetRostersReply genuine() {
    return GetRostersReply.newBuilder()
        .setRosterChain(ByteString.copyFrom(RosterChain.of(alliance.genesis).toBytes()))
        .build();
  }

  private static void fill(Message.Builder message, int depth) {
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (field.getJavaType() == FieldDescriptor.JavaType.STRING) {
        set(message, field, text(field));
      } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && depth < 4) {
        Message.Builder inner = message.newBuilderForField(field);
        fill(inner, depth + 1);
        set(message, field, inner.build());
      } else if (field.getJavaType() == FieldDescriptor.JavaType.BOOLEAN) {
        set(message, field, true);
      }
    }
  }

  private static void set(Message.Builder message, FieldDescriptor field, Object value) {
    if (field.isRepeated()) {
      message.addRepeatedField(field, value);
    } else {
      message.setField(field, value);
    }
  }

  /** Where a command reads a text as something, it is that thing, with hostile text inside. */
  private static String text(FieldDescriptor field) {
    return switch (field.getName()) {
      case "json" -> entry();
      case "state" -> "COMPLETED";
      default -> HOSTILE;
    };
  }

  private static String entry() {
    var entry = new ObjectMapper().createObjectNode();
    for (String key : new String[] {"time", "type", "outcome", "actor", "subject", "job", "id"}) {
      entry.put(key, HOSTILE);
    }
    entry.putObject("details").put(HOSTILE, HOSTILE).put("explanation", HOSTILE);
    entry.putObject("digests").put(HOSTILE, HOSTILE);
    return entry.toString();
  }

  private record Ran(int code, String out, String err) {}

  private static Ran run(List<String> line) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(line.toArray(String[]::new), new PrintWriter(out), new PrintWriter(err));
    return new Ran(code, out.toString(), err.toString());
  }

  private static final List<List<String>> COMMANDS =
      List.of(
          List.of("job", "list"),
          List.of("job", "watch", "a"),
          List.of("job", "abort", "a", "--reason", "b"),
          List.of("round", "list", "a"),
          List.of("round", "show", "a", "1"),
          List.of("round", "evidence", "a"),
          List.of("round", "verify", "a", "1"),
          List.of("model", "list"),
          List.of("model", "export", "a", "--dry-run"),
          List.of("system", "status"),
          List.of("audit", "query"),
          List.of("job", "submit", "JOB"),
          List.of("job", "submit", "JOB", "--dry-run"));

  /** What these are answered they verify; without a signature nothing of it is shown. */
  private static final Set<String> VERIFIED = Set.of("evidence", "verify", "query");

  @TestFactory
  Stream<DynamicTest> everyCommandAgainstAnswersAndRefusals() {
    List<DynamicTest> tests = new ArrayList<>();
    for (List<String> command : COMMANDS) {
      for (boolean refused : new boolean[] {false, true}) {
        for (String format : new String[] {"text", "json"}) {
          tests.add(
              DynamicTest.dynamicTest(
                  command + " " + format + (refused ? ", refused" : ""),
                  () -> walk(command, refused, format)));
        }
      }
    }
    return tests.stream();
  }

  private static void walk(List<String> command, boolean refused, String format)
      throws IOException {
    refusing = refused;
    List<String> line = new ArrayList<>(command);
    line.replaceAll(
        word ->
            word.equals("JOB")
                ? WholeRoundTest.policy()
                    .resolve("../../jobs/breast-cancer.yaml")
                    .normalize()
                    .toString()
                : word);
    line.addAll(List.of("--config", root.resolve("client.yaml").toString(), "--output", format));
    Ran ran = run(line);
    boolean shown = refused || !VERIFIED.contains(command.get(1));
    if (shown) {
      assertThat(ran.out + ran.err).as("it was shown").containsIgnoringCase("\\u001b");
    }
    clean(ran, format, shown);
    if (refused) {
      assertThat(ran.code).isNotZero();
    }
  }

  /** Whatever is left, a terminal shows as itself. */
  private static void clean(Ran ran, String format, boolean shown) throws IOException {
    String all = ran.out + ran.err;
    assertThat(
            all.codePoints()
                .filter(point -> point != '\n')
                .filter(HostileTextTest::acts)
                .mapToObj(Integer::toHexString))
        .as(all)
        .isEmpty();
    assertThat(all.lines()).as(all).noneMatch(line -> line.startsWith("Next: obey"));
    if (format.equals("json") && shown) {
      boolean exact = false;
      for (String line : (Iterable<String>) all.lines()::iterator) {
        exact |= holds(new ObjectMapper().readTree(line));
      }
      assertThat(exact).as("the value is exact in: " + all).isTrue();
    }
  }

  private static boolean acts(int point) {
    int type = Character.getType(point);
    return type == Character.CONTROL
        || type == Character.FORMAT
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || type == Character.SURROGATE;
  }

  private static boolean holds(JsonNode tree) {
    if (tree.isTextual()) {
      return tree.asText().contains(HOSTILE);
    }
    for (JsonNode child : tree) {
      if (holds(child)) {
        return true;
      }
    }
    return false;
  }

  @TestFactory
  Stream<DynamicTest> whatStandsInFilesAndArguments() {
    String agent = alliance.home("zurich").resolve("agent.yaml").toString();
    return Stream.of(
            List.of("agent", "status", "--config", agent),
            List.of("job", "list", "--config", HOSTILE.replace("\u0000", "")),
            List.of("job", HOSTILE),
            List.of("job", "list", "--" + HOSTILE),
            List.of("access", "explain", "--call", HOSTILE),
            List.of("-v", "job", "show" + HOSTILE))
        .map(
            line ->
                DynamicTest.dynamicTest(
                    line.get(0) + " " + line.size(),
                    () -> {
                      Ran ran = run(line);
                      assertThat(ran.out + ran.err).containsIgnoringCase("\\u001b");
                      clean(ran, "text", true);
                    }));
  }
}
