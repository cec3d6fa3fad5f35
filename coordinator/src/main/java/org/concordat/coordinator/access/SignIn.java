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
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.concordat.certs.MemberId;
import org.concordat.config.Section;
import org.concordat.iam.People;
import org.concordat.iam.PersonNames;
import org.concordat.iam.Site;
import org.concordat.iam.keycloak.Realm;
import org.concordat.iam.signin.ServiceKey;
import org.concordat.iam.signin.ServiceKey.ServiceKeyException;
import org.concordat.iam.token.ClaimNames;
import org.concordat.iam.token.DenyList;
import org.concordat.iam.token.ProofLimits;
import org.concordat.iam.token.Proofs;
import org.concordat.iam.token.Provider;
import org.concordat.iam.token.Standing;
import org.concordat.iam.token.TokenLimits;
import org.concordat.iam.token.Tokens;
import org.jspecify.annotations.Nullable;

/**
 * How people sign in: the section {@code oidc} of a coordinator's file.
 *
 * @param proofs bounds of proofs of possession
 * @param required whether people's roles need a token besides the certificate
 * @param denyFile sign-ins that were ended; null: none ever is
 * @param peoplePerMember so many people of a member have names in the log at once
 * @param realms of Keycloak that are kept in step with the roster; may be none
 */
public record SignIn(
    List<Provider> providers,
    TokenLimits limits,
    ProofLimits proofs,
    boolean required,
    @Nullable Path denyFile,
    int peoplePerMember,
    List<Realm> realms) {
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
    ProofLimits usual = ProofLimits.DEFAULT;
    ProofLimits proofs =
        new ProofLimits(
            limits.clockSkew(),
            seconds(section, "proof-life-seconds", 5, 300, usual.life()),
            (int) section.integer("proofs", 1_000, 10_000_000, (long) usual.remembered()));
    List<Provider> providers = new ArrayList<>();
    List<Realm> realms = new ArrayList<>();
    Set<String> issuers = new HashSet<>();
    for (Section one : section.sections("providers")) {
      provider(one, providers, realms);
      if (one.has("issuer") && !issuers.add(one.text("issuer"))) {
        one.problem("issuer", "two providers have the issuer '" + one.text("issuer") + "'");
      }
    }
    if (!section.has("providers")) {
      section.problems().add(section.line(), "'oidc.providers' is missing: name at least one");
    }
    section.done();
    return new SignIn(
        List.copyOf(providers), limits, proofs, required, denyFile, people, List.copyOf(realms));
  }

  private static Duration seconds(
      Section section, String key, long least, long most, Duration normal) {
    return Duration.ofSeconds(section.integer(key, least, most, normal.toSeconds()));
  }

  private static void provider(Section section, List<Provider> to, List<Realm> realms) {
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
    boolean bound = section.flag("bound", false);
    @Nullable Section directory = section.has("directory") ? section.section("directory") : null;
    section.done();
    if (issuer.isEmpty() || audience.isEmpty() || keys.isEmpty()) {
      return; // each is a mistake that was noted
    }
    try {
      Set<MemberId> speaksFor = new HashSet<>();
      members.forEach(member -> speaksFor.add(new MemberId(member)));
      to.add(
          new Provider(
              issuer,
              audience,
              URI.create(keys),
              Set.copyOf(algorithms),
              speaksFor,
              claims,
              bound));
      if (directory != null) {
        realm(directory, issuer, speaksFor).ifPresent(realms::add);
      }
    } catch (IllegalArgumentException wrong) {
      section.problems().add(section.line(), "'oidc.providers': " + wrong.getMessage());
    }
  }

  private static Optional<Realm> realm(Section section, String issuer, Set<MemberId> members) {
    String client = section.text("client-id");
    Path keyFile = section.file("key-file");
    @Nullable String named = section.textOrNull("admin");
    Duration pause = seconds(section, "poll-seconds", 1, 3_600, Duration.ofSeconds(2));
    boolean groups = section.flag("groups", true);
    section.done();
    if (!section.has("client-id") || !section.has("key-file")) {
      return Optional.empty(); // each is a mistake that was noted
    }
    try {
      ServiceKey.read(keyFile);
    } catch (ServiceKeyException unusable) {
      section.problem(
          "key-file", "'directory.key-file': " + unusable.getMessage() + ": " + unusable.next());
    } catch (IOException unreadable) {
      section.problem("key-file", "'directory.key-file': " + keyFile + " cannot be read");
    }
    try {
      URI admin =
          named != null
              ? URI.create(named)
              : Realm.usualAdmin(issuer)
                  .orElseThrow(
                      () ->
                          new IllegalArgumentException(
                              "'"
                                  + issuer
                                  + "' is no realm of Keycloak, such as https://HOST/realms/NAME:"
                                  + " say 'admin', or leave 'directory' out"));
      return Optional.of(
          new Realm(URI.create(issuer), admin, client, keyFile, pause, groups, members));
    } catch (IllegalArgumentException wrong) {
      section.problem("admin", "'directory': " + wrong.getMessage());
      return Optional.empty();
    }
  }

  /** Who holds tokens of realms that are watched. */
  public Standing standing(Clock clock) {
    return new Standing(
        realms.stream().map(realm -> realm.issuer().toString()).collect(Collectors.toSet()), clock);
  }

  /**
   * What decides about tokens.
   *
   * @param site the coordinator's; the key that people are looked up under is made there at first
   */
  public People people(Site site, PersonNames.Keys personKeys, Standing standing, Clock clock)
      throws IOException {
    return new People(
        new Tokens(
            providers,
            limits,
            new DenyList(denyFile),
            standing,
            new Proofs(site.genesis().coordinator().dnsName(), proofs, clock),
            clock),
        PersonNames.open(site.home().resolve(Site.KEYS).resolve(NAMES_KEY), personKeys),
        required);
  }
}
