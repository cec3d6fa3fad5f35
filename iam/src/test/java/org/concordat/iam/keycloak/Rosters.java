package org.concordat.iam.keycloak;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;
import org.concordat.certs.Country;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberProfile;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.ParticipantKeys;
import org.concordat.certs.Role;
import org.concordat.certs.Roster;
import org.concordat.iam.Hearts;

/** Lyon and hub, then rome besides. */
final class Rosters {
  static final MemberId ROME = new MemberId("rome");

  final Roster first;
  final Roster joined;

  Rosters(Path directory) {
    Clock clock = Clock.systemUTC();
    first = new Hearts(directory, clock, Set.of(Role.AGENT, Role.OPERATOR)).genesis.roster();
    joined =
        first.joined(
            MemberRequest.make(
                MemberProfile.founder(
                    ROME, Hearts.EU, new Country("IT"), Set.of(Role.AGENT, Role.OPERATOR)),
                ParticipantKeys.create(directory.resolve("rome")),
                clock));
  }
}
