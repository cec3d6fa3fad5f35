package org.concordat.coordinator.access;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.concordat.certs.MemberId;
import org.concordat.config.Section;
import org.concordat.iam.People;
import org.concordat.iam.PersonNames;
import org.concordat.iam.token.ClaimNames;
import org.concordat.iam.token.DenyList;
import org.concordat.iam.token.Provider;
import org.concordat.iam.token.TokenLimits;
import org.concordat.iam.token.Tokens;
import org.jspecify.annotations.Nullable;

/**
 * How people sign in: the section {@code oidc} of a coordinator's file.
 *
 * @param required whether people's roles need a token besides the certificate
 * @param denyFile sign-ins that were ended; null: none ever is
 * @param peoplePerMember so many people of a member have names in the log at once
 */
public record SignIn(
    List<Provider> providers,
    TokenLimits limits,
    boolean required,
    @Nullable Path denyFile,
    int peoplePerMember) {
  public static final int USUAL_PEOPLE_PER_MEMBER = 10_000;

  /** The key that names people in the log, beside the coordinator's other keys. */
  public static final String NAMES_KEY = "person-names.key";

  private static final List<String> USUAL = List.of("RS256", "PS256", "ES256");

  /** Reads the section, and notes every mistake in it. */
  public static SignIn read(Section section) {
    TokenLimits normal = TokenLimits.DEFAULT;
    boolean required = section.flag("required", false);
    int people =
        (int) section.integer("people-per-member", 1, 1_000_000, (long) USUAL_PEOPLE_PER_MEMBER);
    Path denyFile = section.fileOrNull("deny-file");
    if (denyFile != null && !Files.isReadable(denyFile)) {
      section.problem(
          "deny-file",
          "'oidc.deny-file' is " + denyFile + ", which cannot be read: make an empty file there");
    }
    TokenLimits limits =
        new TokenLimits(
            seconds(section, "clock-skew-seconds", 0, 300, normal.clockSkew()),
            seconds(section, "token-life-seconds", 60, 86_400, normal.life()),
            seconds(section, "keys-life-seconds", 1, 86_400, normal.keysLife()),
            seconds(section, "keys-outage-seconds", 1, 86_400, normal.keysOutage()),
            seconds(section, "keys-pause-seconds", 1, 3_600, normal.keysPause()));
    List<Provider> providers = new ArrayList<>();
    Set<String> issuers = new HashSet<>();
    for (Section one : section.sections("providers")) {
      provider(one, providers);
      if (one.has("issuer") && !issuers.add(one.text("issuer"))) {
        one.problem("issuer", "two providers have the issuer '" + one.text("issuer") + "'");
      }
    }
    if (!section.has("providers")) {
      section.problems().add(section.line(), "'oidc.providers' is missing: name at least one");
    }
    section.done();
    return new SignIn(List.copyOf(providers), limits, required, denyFile, people);
  }

  private static Duration seconds(
      Section section, String key, long least, long most, Duration normal) {
    return Duration.ofSeconds(section.integer(key, least, most, normal.toSeconds()));
  }

  private static void provider(Section section, List<Provider> to) {
    String issuer = section.text("issuer");
    String audience = section.text("audience");
    String keys = section.text("keys");
    List<String> algorithms = section.has("algorithms") ? section.texts("algorithms") : USUAL;
    List<String> members = section.texts("members");
    ClaimNames claims =
        new ClaimNames(
            section.textOrNull("member-claim"),
            section.text("roles-claim", "roles"),
            section.textOrNull("jurisdiction-claim"),
            section.textOrNull("purposes-claim"),
            section.textOrNull("jobs-claim"));
    section.done();
    if (issuer.isEmpty() || audience.isEmpty() || keys.isEmpty()) {
      return; // each is a mistake that was noted
    }
    try {
      Set<MemberId> speaksFor = new HashSet<>();
      members.forEach(member -> speaksFor.add(new MemberId(member)));
      to.add(
          new Provider(
              issuer, audience, URI.create(keys), Set.copyOf(algorithms), speaksFor, claims));
    } catch (IllegalArgumentException wrong) {
      section.problems().add(section.line(), "'oidc.providers': " + wrong.getMessage());
    }
  }

  /**
   * What decides about tokens.
   *
   * @param keys the coordinator's folder of keys; the one that people are looked up under is made
   *     there at first
   */
  public People people(Path keys, PersonNames.Keys personKeys, Clock clock) throws IOException {
    return new People(
        new Tokens(providers, limits, new DenyList(denyFile), clock),
        PersonNames.open(keys.resolve(NAMES_KEY), personKeys),
        required);
  }
}
