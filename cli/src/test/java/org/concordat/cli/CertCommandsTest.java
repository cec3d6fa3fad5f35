package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CRLReason;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.concordat.certs.MemberId;
import org.concordat.certs.OwnCrl;
import org.concordat.iam.Site;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cert rotate|revoke|publish|list} and a new root, as people run them. */
class CertCommandsTest {
  @TempDir Path temp;
  private Founding founding;
  private Child coordinator;
  private Path config;
  private int port;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    founding = Founding.in(temp, "demo.yaml");
    config = founding.coordinatorFile("127.0.0.1:0");
    coordinator = Child.start(temp, List.of(), "coordinator", "start", "--config", config);
    port =
        Integer.parseInt(coordinator.awaitFile(founding.home("coordinator").resolve("port"), 60));
  }

  @AfterEach
  void stop() {
    coordinator.close();
  }

  private Cli as(String name, Object... command) {
    return Cli.run(founding.as(name, port, command));
  }

  private JsonNode json(String name, Object... command) throws IOException {
    return Cli.json(founding.as(name, port, command));
  }

  @Test
  void aRunningCoordinatorTakesAnotherLeaf() throws Exception {
    coordinator.awaitFile(founding.home("coordinator").resolve("leaf.json"), 60);
    JsonNode first = Cli.json("cert", "rotate", "--config", config);
    assertThat(first.path("serial").asText()).matches("[0-9a-f]+");
    assertThat(first.path("previousSerial").asText())
        .isNotEmpty()
        .isNotEqualTo(first.path("serial").asText());
    JsonNode second = Cli.json("cert", "rotate", "--config", config);
    assertThat(second.path("previousSerial").asText()).isEqualTo(first.path("serial").asText());
    assertThat(as("operator", "system", "status").code()).isZero();
    coordinator.close();
    Cli nobody = Cli.run("cert", "rotate", "--config", config);
    assertThat(nobody.code()).as(nobody.err()).isEqualTo(7);
    assertThat(nobody.err()).contains("start the program");
  }

  @Test
  void membersAndKeepersRevokeAndAnybodyCarries() throws Exception {
    JsonNode own = json("zurich", "cert", "revoke", "--serial", "AB:12", "--reason", "superseded");
    assertThat(own.path("number").asText()).isEqualTo("1");
    assertThat(own.path("published").asBoolean()).isTrue();
    assertThat(own.path("revoked").path(0).path("serial").asText()).isEqualTo("ab12");
    Cli again = as("zurich", "cert", "revoke", "--serial", "ab12");
    assertThat(again.code()).as(again.err()).isEqualTo(6);
    assertThat(again.err()).contains("revoked already");
    assertThat(json("zurich", "cert", "revoke", "--renew").path("number").asText()).isEqualTo("2");
    Path file = temp.resolve("crl.pem");
    JsonNode keeper =
        json(
            "operator",
            "cert",
            "revoke",
            "--ca",
            founding.ca(),
            "--member",
            "budapest",
            "--reason",
            "ca-compromise",
            "--out",
            file);
    assertThat(keeper.path("file").asText()).isEqualTo(file.toString());
    assertThat(as("budapest", "system", "status").code()).as("not published yet").isZero();
    JsonNode carried = json("operator", "cert", "publish", file);
    assertThat(carried.path("crls").path(0).path("taken").asBoolean()).isTrue();
    assertThat(json("zurich", "cert", "list").path("crls")).hasSize(2);
    Cli out = as("budapest", "system", "status");
    assertThat(out.code()).as(out.err()).isNotZero();
    assertThat(out.err()).contains("CERTIFICATE_REVOKED").contains("CA_COMPROMISE");
    Path home = founding.home("budapest");
    Cli issued =
        as(
            "operator",
            "member",
            "approve",
            home.resolve("request.json"),
            "--issue",
            "--ca",
            founding.ca(),
            "--out",
            home.resolve("member-ca.pem"));
    assertThat(issued.code()).as(issued.err()).isZero();
    assertThat(as("budapest", "system", "status").code()).as("under the new one").isZero();
  }

  @Test
  void aCommandGoesToNoCoordinatorThatAListRevokesWhereverItHasTheListFrom() throws Exception {
    Path list = temp.resolve("crl.pem");
    Object[] revoke = {"cert", "revoke", "--ca", founding.ca(), "--out", list};
    json("operator", with(revoke, "--member", "zurich"));
    assertThat(json("operator", "cert", "publish", list).path("crls")).hasSize(1);
    json("operator", with(revoke, "--member", "coordinator", "--reason", "ca-compromise"));
    assertThat(as("budapest", "system", "status").code()).as("it has no list yet").isZero();
    Path own = Files.copy(list, founding.home("budapest").resolve("crl.pem"));
    for (String what : List.of("system", "cert")) {
      Cli refused = as("budapest", what, what.equals("cert") ? "list" : "status");
      assertThat(refused.code()).as(refused.err()).isEqualTo(8);
      assertThat(refused.err()).contains("CERTIFICATE_REVOKED").contains("CA_COMPROMISE");
    }
    Cli carries = as("budapest", "cert", "publish", list);
    assertThat(carries.code()).as("nor to carry it there").isEqualTo(8);
    Files.copy(list, founding.home("coordinator").resolve("crl.pem"));
    coordinator.awaitFile(founding.home("coordinator").resolve("leaf.json"), 60);
    for (int i = 0; as("cleveland", "system", "status").code() == 0; i++) {
      assertThat(i).as("the coordinator reads the file").isLessThan(60);
    }
    Cli received = as("cleveland", "system", "status");
    assertThat(received.code()).as(received.err()).isEqualTo(8);
    assertThat(received.err()).contains("CERTIFICATE_REVOKED").contains("its member CA");
    Files.writeString(own, "rubbish");
    assertThat(as("budapest", "system", "status").code()).as("unreadable").isNotZero();
  }

  @Test
  void aListInTheHomeThatIsNotTakenIsNamedAndTheCommandGoesOn() throws Exception {
    Founding other = Founding.in(Files.createDirectory(temp.resolve("other")), "demo.yaml");
    Path own = founding.home("budapest").resolve("crl.pem");
    Cli.json("cert", "revoke", "--ca", other.ca(), "--renew", "eu", "--out", own);
    try (Child on =
        Child.start(temp, List.of(), founding.as("budapest", port, "system", "status"))) {
      assertThat(on.await(60)).as(on.err()).isZero();
      assertThat(on.err()).contains("crl.pem").contains("NOT_AN_ISSUER");
    }
  }

  @Test
  void whatAnotherCopyOfAHomeHasRevokedIsInTheNextList() throws Exception {
    json("zurich", "cert", "revoke", "--serial", "ab12");
    Site site = Site.open(founding.home("zurich"), founding.genesis(), new MemberId("zurich"));
    Path keys = site.home().resolve(Site.KEYS);
    Files.delete(keys.resolve(OwnCrl.NAME)); // the copy has signed, and has not published
    new OwnCrl(keys, site.keys(), site.chain(), Clock.systemUTC())
        .revoke(
            Optional.empty(), BigInteger.valueOf(0x22), CRLReason.SUPERSEDED, Duration.ofDays(9));
    JsonNode both = json("zurich", "cert", "revoke", "--serial", "22");
    assertThat(both.path("number").asText()).isEqualTo("2");
    assertThat(both.path("revoked")).hasSize(2);
    Cli again = as("zurich", "cert", "revoke", "--serial", "22");
    assertThat(again.code()).as(again.err()).isEqualTo(6);
  }

  private static Object[] with(Object[] command, Object... more) {
    return Stream.concat(Arrays.stream(command), Arrays.stream(more)).toArray();
  }

  @Test
  void whatIsNotSaidOrNotThereIsRefusedWithACode() {
    assertThat(as("zurich", "cert", "revoke").code()).isEqualTo(2);
    assertThat(as("zurich", "cert", "revoke", "--serial", "xyz").code()).isEqualTo(2);
    assertThat(as("zurich", "cert", "revoke", "--serial", "1", "--reason", "hold").code())
        .isEqualTo(2);
    assertThat(as("zurich", "cert", "revoke", "--serial", "1", "--days", "0").code()).isEqualTo(2);
    assertThat(as("zurich", "cert", "revoke", "--serial", "1", "--ca", founding.ca()).code())
        .isEqualTo(2);
    assertThat(as("zurich", "cert", "publish", temp.resolve("none.pem")).code()).isNotZero();
    assertThat(as("zurich", "member", "roots", "--reason", "x").code()).isEqualTo(2);
    assertThat(as("zurich", "member", "roots", "--end", "00000000", "--reason", "x").code())
        .isEqualTo(5);
  }

  @Test
  void aNewRootComesInAndTheOldOneEnds() throws Exception {
    Path file = temp.resolve("authority.json");
    JsonNode made =
        Cli.json(
            "alliance",
            "new-root",
            "--ca",
            founding.ca(),
            "--new-ca",
            temp.resolve("ca-2036"),
            "--out",
            file);
    String old = root("operator", 0);
    json("zurich", "member", "roots", "--add", file, "--reason", "new root");
    JsonNode both = json("cleveland", "member", "roots", "--add", file, "--reason", "new root");
    assertThat(both.path("inForce").asBoolean()).as(both.toString()).isTrue();
    assertThat(both.path("roots").path(1).asText()).isEqualTo(made.path("root").asText());
    assertThat(root("operator", 1)).isEqualTo(made.path("root").asText());
    assertThat(founding.home("operator").resolve("rosters.json")).exists();
    Object[] end = {"member", "roots", "--end", old.substring(0, 12), "--reason", "over"};
    for (String who : List.of("zurich", "cleveland")) {
      Cli said = as(who, end);
      assertThat(said.code()).as(said.err()).isZero();
    }
    assertThat(root("operator", 0)).isEqualTo(made.path("root").asText());
    Cli away = as("budapest", "system", "status");
    assertThat(away.code()).as("it never heard of it").isNotZero();
    Files.copy(
        founding.home("operator").resolve("rosters.json"),
        founding.home("budapest").resolve("rosters.json"));
    Cli back = as("budapest", "system", "status");
    assertThat(back.code()).as(back.err()).isZero();
  }

  @Test
  void anOlderChainOfTheCoordinatorsIsRefusedWhereTheHomeHasANewerOne() throws Exception {
    for (String who : List.of("zurich", "cleveland")) {
      json(who, "member", "suspend", "budapest", "--reason", "under inquiry");
    }
    Path newer = founding.home("operator").resolve("rosters.json");
    json("operator", "member", "list", "--rosters-out", newer);
    byte[] kept = Files.readAllBytes(newer);
    coordinator.close();
    Path home = founding.home("coordinator");
    Files.move(home.resolve("state"), home.resolve("state-lost"));
    Files.deleteIfExists(home.resolve("port"));
    coordinator = Child.start(temp, List.of(), "coordinator", "start", "--config", config);
    port = Integer.parseInt(coordinator.awaitFile(home.resolve("port"), 60));
    Cli older = as("operator", "system", "status");
    assertThat(older.code()).as(older.err()).isEqualTo(8);
    assertThat(older.err()).contains("roster version 1 (").contains("from version 2 (");
    assertThat(newer).hasBinaryContent(kept);
    assertThat(as("budapest", "system", "status").code()).as("it knows no newer one").isZero();
  }

  private String root(String who, int which) throws IOException {
    for (JsonNode one : json(who, "cert", "list").path("own")) {
      if (one.path("certificate").asText().startsWith("root") && which-- == 0) {
        return one.path("sha256").asText();
      }
    }
    return "";
  }
}
