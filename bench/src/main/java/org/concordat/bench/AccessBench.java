package org.concordat.bench;

import com.nimbusds.jose.jwk.RSAKey;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.concordat.certs.AllianceDomain;
import org.concordat.certs.AllianceName;
import org.concordat.certs.CaLifetimes;
import org.concordat.certs.Country;
import org.concordat.certs.Genesis;
import org.concordat.certs.GenesisDraft;
import org.concordat.certs.InForce;
import org.concordat.certs.Jurisdiction;
import org.concordat.certs.LeafIssuer;
import org.concordat.certs.LogVkey;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberProfile;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.OfflineCa;
import org.concordat.certs.ParticipantKeys;
import org.concordat.certs.Role;
import org.concordat.certs.TlsIdentity;
import org.concordat.iam.AccessTable;
import org.concordat.iam.Caller;
import org.concordat.iam.Callers;
import org.concordat.iam.People;
import org.concordat.iam.PersonNames;
import org.concordat.iam.Target;
import org.concordat.iam.token.ClaimNames;
import org.concordat.iam.token.DenyList;
import org.concordat.iam.token.Presented;
import org.concordat.iam.token.ProofLimits;
import org.concordat.iam.token.Proofs;
import org.concordat.iam.token.Provider;
import org.concordat.iam.token.Standing;
import org.concordat.iam.token.TokenLimits;
import org.concordat.iam.token.Tokens;
import org.concordat.protocol.v1.OperationsGrpc;
import org.concordat.testkit.FakeProvider;

/**
 * What a call costs before it is answered, its entry in the log aside: the caller from the
 * connection's chain, the person from a token that is known, the rule. And what a token costs that
 * is not known yet. By the CPU time of the one thread.
 */
final class AccessBench {
  private static final int WARM_UPS = 3;
  private static final int RUNS = 9;
  private static final int CALLS = 20_000;
  private static final int TOKENS = 2_000;

  private static final Clock CLOCK = Clock.systemUTC();
  private static final MemberId LYON = new MemberId("lyon");
  private static final String COORDINATOR = "hub";
  private static final Jurisdiction EU = new Jurisdiction("eu");
  private static final String CALL = OperationsGrpc.getSubmitJobMethod().getFullMethodName();

  private final Path directory;
  private final ParticipantKeys lyon;
  private final Genesis genesis;

  AccessBench(Path directory) {
    this.directory = directory;
    Country france = new Country("FR");
    lyon = ParticipantKeys.create(directory.resolve("lyon"));
    GenesisDraft draft =
        OfflineCa.create(
                directory.resolve("ca"),
                new AllianceName("Hearts"),
                new AllianceDomain("hearts.example"),
                Set.of(EU),
                CaLifetimes.DEFAULT,
                CLOCK)
            .draftGenesis(
                List.of(
                    MemberRequest.make(
                        MemberProfile.founder(LYON, EU, france, Set.of(Role.AGENT, Role.OPERATOR)),
                        lyon,
                        CLOCK),
                    MemberRequest.make(
                        new MemberProfile(
                            new MemberId(COORDINATOR),
                            EU,
                            france,
                            france,
                            Set.of(Role.COORDINATOR),
                            null,
                            new LogVkey("log.example+00000000+AAAA"),
                            null),
                        ParticipantKeys.create(directory.resolve("hub")),
                        CLOCK)),
                "{}".getBytes(StandardCharsets.UTF_8),
                0,
                CLOCK);
    genesis = draft.addSignature(draft.sign(lyon)).seal();
  }

  Samples authorizeMicros() throws Exception {
    try (FakeProvider provider = new FakeProvider()) {
      RSAKey key = FakeProvider.rsa("one");
      provider.publish(key);
      People people =
          new People(
              tokens(provider),
              PersonNames.open(
                  directory.resolve("person-names.key"),
                  (person, member) -> new byte[PersonNames.KEY_BYTES]),
              true);
      Presented presented = bearer(tokens(key, 1).get(0));
      List<X509Certificate> chain =
          new TlsIdentity(
                  new LeafIssuer(
                      lyon,
                      genesis.memberChain(LYON).orElseThrow(),
                      Role.OPERATOR,
                      Duration.ofHours(1),
                      CLOCK))
              .currentChain();
      return samples(
          seconds -> 1e6 * seconds / CALLS,
          () -> {
            for (int i = 0; i < CALLS; i++) {
              Caller certified = Callers.authenticate(chain, InForce.of(genesis), CLOCK.instant());
              Caller person =
                  people.signedIn(certified, presented, genesis.roster()).orElseThrow().caller();
              if (!AccessTable.decide(person, CALL, Target.NONE, CLOCK.instant()).allowed()) {
                throw new IllegalStateException("an operator may not submit a job");
              }
            }
          });
    }
  }

  Samples tokensPerSecond() throws Exception {
    try (FakeProvider provider = new FakeProvider()) {
      RSAKey key = FakeProvider.rsa("one");
      provider.publish(key);
      List<String> fresh = tokens(key, TOKENS);
      return samples(
          seconds -> TOKENS / seconds,
          () -> {
            Tokens verifier = tokens(provider);
            for (String token : fresh) {
              verifier.take(bearer(token), genesis.roster().digest());
            }
          });
    }
  }

  private interface Figure {
    double of(double cpuSeconds);
  }

  private static Samples samples(Figure figure, Timing.Work work) throws Exception {
    double[] figures = new double[RUNS];
    for (int run = -WARM_UPS; run < RUNS; run++) {
      long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      work.run();
      long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
      if (run >= 0) {
        figures[run] = figure.of(nanos / 1e9);
      }
    }
    return new Samples(figures);
  }

  private static Tokens tokens(FakeProvider fake) {
    Provider provider =
        new Provider(
            FakeProvider.ISSUER,
            FakeProvider.AUDIENCE,
            fake.keys(),
            Set.of("RS256"),
            Set.of(),
            new ClaimNames("member", "realm_access.roles", null, null, null),
            false);
    return new Tokens(
        List.of(provider),
        TokenLimits.DEFAULT,
        new DenyList(null),
        new Standing(Set.of(), CLOCK),
        new Proofs("hub.eu.hearts.example", ProofLimits.DEFAULT, CLOCK),
        CLOCK);
  }

  private static Presented bearer(String token) {
    return new Presented(Optional.of("Bearer " + token), List.of(), CALL);
  }

  private static List<String> tokens(RSAKey key, int count) throws Exception {
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tokens.add(
          FakeProvider.signed(
              key, FakeProvider.claims(CLOCK.instant(), "operator").jwtID("token-" + i).build()));
    }
    return tokens;
  }
}
