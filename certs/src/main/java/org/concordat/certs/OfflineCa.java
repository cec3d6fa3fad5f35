package org.concordat.certs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.CRLReason;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Root and jurisdiction keys of the alliance in one 0700 directory, kept offline: used to draft the
 * genesis, to add a jurisdiction, and to sign a later member's CA once a quorum has approved it.
 * Immutable; not for two processes at once.
 */
public final class OfflineCa {
  private static final String TYPE = "concordat/offline-ca/v1";
  private static final String SETTINGS_FILE = "alliance.json";
  private static final int MAX_FILE_BYTES = 64 << 10;

  private final Path directory;
  private final AllianceName alliance;
  private final AllianceDomain domain;
  private final CaLifetimes lifetimes;
  private final CaCertificates.Issuer root;
  private final Map<Jurisdiction, CaCertificates.Issuer> jurisdictions;

  private OfflineCa(
      Path directory,
      AllianceName alliance,
      AllianceDomain domain,
      CaLifetimes lifetimes,
      CaCertificates.Issuer root,
      Map<Jurisdiction, CaCertificates.Issuer> jurisdictions) {
    this.directory = directory;
    this.alliance = alliance;
    this.domain = domain;
    this.lifetimes = lifetimes;
    this.root = root;
    this.jurisdictions = new TreeMap<>(jurisdictions);
  }

  /**
   * Makes all keys and certificates; durable when it returns.
   *
   * @throws KeyFileException when one is there already; nothing is overwritten
   */
  public static OfflineCa create(
      Path directory,
      AllianceName alliance,
      AllianceDomain domain,
      Set<Jurisdiction> jurisdictions,
      CaLifetimes lifetimes,
      Clock clock) {
    SecretFiles.makeDirectory(directory);
    if (Files.exists(directory.resolve(SETTINGS_FILE))) {
      throw new KeyFileException(
          directory.resolve(SETTINGS_FILE), "exists already; an alliance is made once");
    }
    KeyPair rootKeys = EcKeys.generate();
    X509Certificate rootCertificate =
        CaCertificates.root(alliance, rootKeys, lifetimes.rootYears(), now(clock));
    CaCertificates.Issuer root =
        CaFiles.store(
            directory,
            CaFiles.ROOT,
            new CaCertificates.Issuer(rootCertificate, rootKeys.getPrivate()));
    OfflineCa ca = new OfflineCa(directory, alliance, domain, lifetimes, root, Map.of());
    for (Jurisdiction jurisdiction : new TreeSet<>(jurisdictions)) {
      ca = ca.addJurisdiction(jurisdiction, clock);
    }
    // Last, so that a directory without settings was never finished.
    SecretFiles.write(directory.resolve(SETTINGS_FILE), ca.settings());
    return ca;
  }

  /**
   * @throws KeyFileException naming the file that is missing, readable by others or damaged
   */
  public static OfflineCa load(Path directory) {
    SecretFiles.requirePrivate(directory, "0700");
    Path settings = directory.resolve(SETTINGS_FILE);
    try {
      return CanonicalJson.parse(TYPE, SecretFiles.read(settings, MAX_FILE_BYTES))
          .read(fields -> read(directory, fields));
    } catch (MalformedDocumentException e) {
      throw new KeyFileException(settings, String.valueOf(e.getMessage()));
    }
  }

  /**
   * The same authority with a new root, in a directory of its own: a new root key, and certificates
   * under it for the keys that the jurisdictions' CAs have. Durable when it returns; what is here
   * stays. It counts once the members have signed a roster with it.
   *
   * @throws KeyFileException when an authority is there already
   */
  public OfflineCa succeed(Path next, Clock clock) {
    SecretFiles.makeDirectory(next);
    if (Files.exists(next.resolve(SETTINGS_FILE))) {
      throw new KeyFileException(next.resolve(SETTINGS_FILE), "exists already");
    }
    KeyPair keys = EcKeys.generate();
    CaCertificates.Issuer newRoot =
        CaFiles.store(
            next,
            CaFiles.ROOT,
            new CaCertificates.Issuer(
                CaCertificates.root(alliance, keys, lifetimes.rootYears(), now(clock)),
                keys.getPrivate()));
    Map<Jurisdiction, CaCertificates.Issuer> under = new TreeMap<>();
    jurisdictions.forEach(
        (code, issuer) ->
            under.put(
                code,
                CaFiles.store(
                    next,
                    CaFiles.name(code),
                    new CaCertificates.Issuer(
                        CaCertificates.jurisdiction(
                            newRoot,
                            alliance,
                            domain,
                            code,
                            issuer.certificate().getPublicKey(),
                            lifetimes.jurisdictionYears(),
                            now(clock)),
                        issuer.key()))));
    jurisdictions
        .keySet()
        .forEach(
            code ->
                new CrlStore(directory.resolve(CaFiles.name(code) + CrlStore.ENDING))
                    .copyTo(next.resolve(CaFiles.name(code) + CrlStore.ENDING)));
    SecretFiles.write(next.resolve(SETTINGS_FILE), settings());
    return new OfflineCa(next, alliance, domain, lifetimes, newRoot, under);
  }

  /** What members sign into a roster to bring this root in. */
  public Authority authority() {
    Map<Jurisdiction, X509Certificate> cas = new TreeMap<>();
    jurisdictions.forEach((code, issuer) -> cas.put(code, issuer.certificate()));
    return new Authority(root(), cas);
  }

  public X509Certificate root() {
    return root.certificate();
  }

  public Set<Jurisdiction> jurisdictions() {
    return Set.copyOf(jurisdictions.keySet());
  }

  /**
   * Makes the authority of one more jurisdiction; its key and certificate are durable when it
   * returns.
   *
   * @throws KeyFileException when that jurisdiction has one
   */
  public OfflineCa addJurisdiction(Jurisdiction jurisdiction, Clock clock) {
    KeyPair keys = EcKeys.generate();
    X509Certificate certificate =
        CaCertificates.jurisdiction(
            root,
            alliance,
            domain,
            jurisdiction,
            keys.getPublic(),
            lifetimes.jurisdictionYears(),
            now(clock));
    Map<Jurisdiction, CaCertificates.Issuer> more = new TreeMap<>(jurisdictions);
    more.put(
        jurisdiction,
        CaFiles.store(
            directory,
            CaFiles.name(jurisdiction),
            new CaCertificates.Issuer(certificate, keys.getPrivate())));
    return new OfflineCa(directory, alliance, domain, lifetimes, root, more);
  }

  /**
   * The unsigned genesis of these founders, with a certificate for each founder's member CA key.
   *
   * @param policy the alliance's first policy, opaque here, at most 1 MiB
   * @param minimumQuorum 0 for the majority of agents; more asks for more
   * @throws RosterChangeException when the founders do not make a consistent roster
   * @throws IssuanceRefusedException when there is not exactly one coordinator, or a founder's
   *     jurisdiction has no authority
   */
  public GenesisDraft draftGenesis(
      List<MemberRequest> founders, byte[] policy, int minimumQuorum, Clock clock) {
    Instant now = now(clock);
    Roster roster = founding(founders, minimumQuorum);
    Map<MemberId, X509Certificate> memberCas = new TreeMap<>();
    for (MemberRequest founder : founders) {
      memberCas.put(founder.id(), sign(founder, now).memberCa());
    }
    Map<Jurisdiction, X509Certificate> jurisdictionCas = new TreeMap<>();
    jurisdictions.forEach((code, issuer) -> jurisdictionCas.put(code, issuer.certificate()));
    try {
      return GenesisDraft.of(
          new GenesisContent(now, roster, root(), jurisdictionCas, memberCas, policy));
    } catch (IllegalArgumentException e) {
      throw new IssuanceRefusedException(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Signs a later member's CA, only when the latest roster of {@code approved}, which a quorum of
   * members put in force, lists exactly what the request asks.
   *
   * @throws IssuanceRefusedException when the chain is of another alliance, or does not list it
   */
  public MemberChain issue(MemberRequest request, RosterChain approved, Clock clock) {
    Roster roster = approved.latest();
    if (!InForce.of(approved, Crls.NONE).roots().contains(root())) {
      throw new IssuanceRefusedException(
          "the rosters are of another alliance than the keys in " + directory);
    }
    RosterEntry wanted = request.entry(domain);
    if (roster.find(request.id()).filter(wanted::equals).isEmpty()) {
      throw new IssuanceRefusedException(
          "roster version %d does not list %s as its request says; collect the approvals first"
              .formatted(roster.version(), request.id()));
    }
    return sign(request, now(clock));
  }

  /**
   * Revokes the certificate of a member CA or of a jurisdiction CA: the next list of the authority
   * that issued it. Durable in the directory when it returns; it counts once it is published.
   *
   * @param life until a newer one must be there
   * @throws IssuanceRefusedException when nobody here issued it, it is revoked already, or the list
   *     is full
   */
  public Crl revoke(X509Certificate certificate, CRLReason reason, Duration life, Clock clock) {
    for (Map.Entry<String, CaCertificates.Issuer> one : issuers().entrySet()) {
      if (isIssued(certificate, one.getValue())) {
        return nextCrl(
            one.getKey(),
            Optional.of(new CrlSigner.Serial(certificate.getSerialNumber(), reason)),
            life,
            clock);
      }
    }
    throw new IssuanceRefusedException(
        "no authority in %s issued the certificate of %s, serial %s"
            .formatted(
                directory,
                Quoted.text(certificate.getSubjectX500Principal().getName()),
                Crls.hex(certificate.getSerialNumber())));
  }

  /**
   * Signs the next list of an authority with nothing more in it, so that it holds longer.
   *
   * @param authority a jurisdiction's code, or {@code root}
   * @throws IssuanceRefusedException when there is no such authority here
   */
  public Crl renewCrl(String authority, Duration life, Clock clock) {
    String name =
        authority.equals(CaFiles.ROOT) ? authority : CaFiles.name(new Jurisdiction(authority));
    if (!issuers().containsKey(name)) {
      throw new IssuanceRefusedException(
          "no authority %s in %s; there are root and %s"
              .formatted(Quoted.text(authority), directory, jurisdictions.keySet()));
    }
    return nextCrl(name, Optional.empty(), life, clock);
  }

  private Crl nextCrl(String name, Optional<CrlSigner.Serial> revoked, Duration life, Clock clock) {
    CaCertificates.Issuer issuer = Objects.requireNonNull(issuers().get(name));
    return new CrlStore(directory.resolve(name + CrlStore.ENDING))
        .next(issuer, Optional.empty(), revoked, life, clock);
  }

  /** By the names of their files. */
  private Map<String, CaCertificates.Issuer> issuers() {
    Map<String, CaCertificates.Issuer> issuers = new TreeMap<>();
    issuers.put(CaFiles.ROOT, root);
    jurisdictions.forEach((code, issuer) -> issuers.put(CaFiles.name(code), issuer));
    return issuers;
  }

  private static boolean isIssued(X509Certificate certificate, CaCertificates.Issuer issuer) {
    return !certificate.equals(issuer.certificate())
        && Certificates.isSignedBy(certificate, issuer.certificate());
  }

  private Roster founding(List<MemberRequest> founders, int minimumQuorum) {
    List<RosterEntry> entries =
        founders.stream()
            .map(request -> request.entry(domain))
            .sorted(Comparator.comparing(RosterEntry::id))
            .toList();
    try {
      return new Roster(1, alliance, domain, null, minimumQuorum, entries, List.of());
    } catch (IllegalArgumentException e) {
      throw new RosterChangeException(String.valueOf(e.getMessage()));
    }
  }

  private MemberChain sign(MemberRequest request, Instant now) {
    Jurisdiction jurisdiction = request.profile().jurisdiction();
    CaCertificates.Issuer issuer = jurisdictions.get(jurisdiction);
    if (issuer == null) {
      throw new IssuanceRefusedException(
          "no authority for jurisdiction " + jurisdiction + "; add it first");
    }
    X509Certificate memberCa =
        CaCertificates.member(
            issuer,
            alliance,
            request.entry(domain),
            request.memberCaKey(),
            lifetimes.memberYears(),
            now);
    return new MemberChain(memberCa, issuer.certificate());
  }

  private byte[] settings() {
    ObjectNode node = CanonicalJson.object();
    node.put(Fields.TYPE, TYPE);
    node.put("alliance", alliance.value());
    node.put("domain", domain.value());
    node.put("rootYears", lifetimes.rootYears());
    node.put("jurisdictionYears", lifetimes.jurisdictionYears());
    node.put("memberYears", lifetimes.memberYears());
    return CanonicalJson.bytes(node);
  }

  private static OfflineCa read(Path directory, Fields fields) {
    AllianceName alliance = fields.value("alliance", AllianceName::new);
    AllianceDomain domain = fields.value("domain", AllianceDomain::new);
    CaLifetimes lifetimes =
        new CaLifetimes(
            fields.integer("rootYears"),
            fields.integer("jurisdictionYears"),
            fields.integer("memberYears"));
    return new OfflineCa(
        directory,
        alliance,
        domain,
        lifetimes,
        CaFiles.load(directory, CaFiles.ROOT),
        CaFiles.loadJurisdictions(directory));
  }

  private static Instant now(Clock clock) {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }
}
