package org.concordat.iam;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.concordat.certs.AllianceDomain;
import org.concordat.certs.AllianceName;
import org.concordat.certs.CaLifetimes;
import org.concordat.certs.Country;
import org.concordat.certs.Genesis;
import org.concordat.certs.GenesisDraft;
import org.concordat.certs.Jurisdiction;
import org.concordat.certs.LogVkey;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberProfile;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.OfflineCa;
import org.concordat.certs.ParticipantKeys;
import org.concordat.certs.Role;

/** An alliance of hub, and of lyon in some roles. */
public final class Hearts {
  public static final MemberId LYON = new MemberId("lyon");
  public static final Jurisdiction EU = new Jurisdiction("eu");

  public final ParticipantKeys lyon;
  public final Genesis genesis;

  public Hearts(Path directory, Clock clock, Set<Role> roles) {
    lyon = ParticipantKeys.create(directory.resolve("lyon"));
    Country france = new Country("FR");
    MemberRequest agent =
        MemberRequest.make(MemberProfile.founder(LYON, EU, france, roles), lyon, clock);
    MemberRequest hub =
        MemberRequest.make(
            new MemberProfile(
                new MemberId("hub"),
                EU,
                france,
                france,
                Set.of(Role.COORDINATOR),
                null,
                new LogVkey("log.example+00000000+AAAA"),
                null),
            ParticipantKeys.create(directory.resolve("hub")),
            clock);
    GenesisDraft draft =
        OfflineCa.create(
                directory.resolve("ca"),
                new AllianceName("Hearts"),
                new AllianceDomain("hearts.example"),
                Set.of(EU),
                CaLifetimes.DEFAULT,
                clock)
            .draftGenesis(List.of(agent, hub), "{}".getBytes(StandardCharsets.UTF_8), 0, clock);
    genesis = draft.addSignature(draft.sign(lyon)).seal();
  }
}
