package org.concordat.jurisdictions.agreement;

import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.concordat.jurisdictions.Mistakes;
import org.concordat.jurisdictions.Quoted;
import org.concordat.jurisdictions.YamlMap;
import org.concordat.jurisdictions.YamlTree;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads an agreement and notes every mistake in it. */
final class AgreementReader {
  /** The version of the format. */
  static final int FORMAT = 1;

  static final int MAX_PARTIES = 1000;
  static final int MAX_CLAUSES = 100;
  static final int MAX_NAME_CHARS = 200;

  /** Shares of one secret. */
  static final int MAX_HOLDERS = 255;

  /** A hundred years. */
  static final int MAX_DAYS = 36_525;

  private static final int WHOLE = 100;
  private static final String ALL = "all";
  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
  private static final Pattern CODE = Pattern.compile("[a-z0-9][a-z0-9._/-]{0,63}");
  private static final Pattern MEMBER = Pattern.compile("[a-z][a-z0-9-]{0,39}[a-z0-9]");
  private static final Pattern JURISDICTION = Pattern.compile("[a-z]{2}(-[a-z0-9]{1,8})?");
  private static final Set<String> COUNTRIES =
      Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2);

  private final Mistakes mistakes;
  private final SortedSet<String> parties = new TreeSet<>();

  private AgreementReader(Mistakes mistakes) {
    this.mistakes = mistakes;
  }

  static Agreement read(Path file, byte[] text) {
    Mistakes mistakes = new Mistakes(file);
    Optional<MappingNode> root = YamlTree.read(text, mistakes);
    mistakes.throwIfAny();
    Optional<Agreement> agreement =
        new AgreementReader(mistakes)
            .agreement(new YamlMap(root.orElseThrow(), "the agreement", mistakes));
    mistakes.throwIfAny();
    return agreement.orElseThrow();
  }

  private Optional<Agreement> agreement(YamlMap map) {
    whole(map, "format", FORMAT, FORMAT);
    String name = shaped(map, "agreement", ID, "1 to 64 of a-z, 0-9 and '-'");
    long version = whole(map, "version", 1, 1L << 53);
    LocalDate begins = map.required("begins").map(node -> day(map, node, "begins")).orElse(null);
    Node end = map.nodeOrNull("ends");
    LocalDate ends = end == null ? null : day(map, end, "ends");
    if (begins != null && ends != null && !ends.isAfter(begins)) {
      mistakes.add(map.line("ends"), "it ends on " + ends + ": that is not after it begins");
    }
    List<Party> signers = parties(map);
    Optional<Partnership> partnership = section(map, "partnership").flatMap(this::partnership);
    List<Clause> clauses = clauses(map);
    Optional<Liability> liability = section(map, "liability").flatMap(this::liability);
    Optional<Exit> exit = section(map, "exit").flatMap(this::exit);
    exit.ifPresent(one -> requireGranted(map.line("exit"), one, clauses));
    Node keys = map.nodeOrNull("model-keys");
    ModelKeys holders =
        keys == null
            ? null
            : YamlMap.of(keys, "'model-keys'", mistakes).map(this::modelKeys).orElse(null);
    map.done();
    return begins == null || partnership.isEmpty() || liability.isEmpty() || exit.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Agreement(
                name,
                version,
                begins,
                ends,
                partnership.get(),
                signers,
                clauses,
                liability.get(),
                exit.get(),
                holders));
  }

  private ModelKeys modelKeys(YamlMap map) {
    SortedSet<String> holders = parties(map, "holders");
    int needed = (int) whole(map, "needed", 1, MAX_HOLDERS);
    if (holders.isEmpty() || holders.size() > MAX_HOLDERS || needed > holders.size()) {
      mistakes.add(
          map.line("needed"),
          "%d of %d holders: there are 1 to %d, and no more are needed than there are"
              .formatted(needed, holders.size(), MAX_HOLDERS));
    }
    map.done();
    return new ModelKeys(needed, holders);
  }

  private Optional<YamlMap> section(YamlMap map, String key) {
    return map.required(key).flatMap(node -> YamlMap.of(node, "'" + key + "'", mistakes));
  }

  private @Nullable LocalDate day(YamlMap map, Node node, String key) {
    String text = map.word(node, key, 10);
    try {
      return LocalDate.parse(text);
    } catch (DateTimeParseException malformed) {
      mistakes.add(
          node, "'" + key + "' is " + Quoted.text(text) + ": expected a day such as 2027-01-31");
      return null;
    }
  }

  private List<Party> parties(YamlMap map) {
    List<Party> found = new ArrayList<>();
    List<Node> items = map.items("parties", false);
    if (items.size() > MAX_PARTIES || items.size() == 1) {
      mistakes.add(map.line("parties"), items.size() + " parties: there are 2 to " + MAX_PARTIES);
    }
    for (Node item : items) {
      YamlMap.of(item, "a party", mistakes)
          .ifPresent(
              one -> {
                String id = shaped(one, "id", MEMBER, "a member's id");
                String name = one.text("name", MAX_NAME_CHARS);
                String jurisdiction =
                    shaped(one, "jurisdiction", JURISDICTION, "a jurisdiction code such as eu");
                one.done();
                if (!id.isEmpty() && !parties.add(id)) {
                  mistakes.add(one.line("id"), "party '" + id + "' is given twice");
                }
                found.add(new Party(id, name, jurisdiction));
              });
    }
    return found;
  }

  private Optional<Partnership> partnership(YamlMap map) {
    String kind =
        kind(map, List.of("federated-alliance", "joint-consortium", "co-investment-pool"));
    Optional<Partnership> found =
        switch (kind) {
          case "federated-alliance" -> Optional.of(new Partnership.FederatedAlliance());
          case "joint-consortium" -> section(map, "repository").map(this::repository);
          case "co-investment-pool" ->
              Optional.of(new Partnership.CoInvestmentPool(shares(map, "capacity")));
          default -> Optional.empty();
        };
    map.done();
    return found;
  }

  /** One of a closed list, or the empty text with a mistake noted. */
  private static String kind(YamlMap map, List<String> known) {
    return map.choice("kind", word -> Optional.of(word).filter(known::contains), known).orElse("");
  }

  private Partnership repository(YamlMap map) {
    Partnership found =
        new Partnership.JointConsortium(
            shaped(map, "jurisdiction", JURISDICTION, "a jurisdiction code such as eu"),
            party(map, "keeper"));
    map.done();
    return found;
  }

  private List<Clause> clauses(YamlMap map) {
    List<Clause> found = new ArrayList<>();
    Set<String> ids = new TreeSet<>();
    List<Node> items = map.items("clauses", false);
    if (items.size() > MAX_CLAUSES) {
      mistakes.add(
          map.line("clauses"), items.size() + " clauses: at most " + MAX_CLAUSES + " are taken");
    }
    for (Node item : items) {
      Optional<YamlMap> read = YamlMap.of(item, "a clause", mistakes);
      if (read.isPresent()) {
        YamlMap one = read.get();
        String id = shaped(one, "id", ID, "1 to 64 of a-z, 0-9 and '-'");
        if (!id.isEmpty() && !ids.add(id)) {
          mistakes.add(one.line("id"), "clause '" + id + "' is given twice");
        }
        SortedSet<String> purposes = words(one, "purposes", CODE, "a purpose as jobs state it");
        Optional<Work> models = section(one, Work.Kind.MODELS.text()).flatMap(this::work);
        Optional<Work> derived = section(one, Work.Kind.DERIVED.text()).flatMap(this::work);
        one.done();
        if (models.isPresent() && derived.isPresent()) {
          found.add(new Clause(id, purposes, models.get(), derived.get()));
        }
      }
    }
    return found;
  }

  private Optional<Work> work(YamlMap map) {
    Optional<Ownership> ip = section(map, "ip").flatMap(this::ownership);
    SortedMap<Right, SortedSet<String>> rights = new TreeMap<>();
    Node node = map.nodeOrNull("rights");
    if (node != null) {
      YamlMap.of(node, "'rights'", mistakes)
          .ifPresent(
              granted -> {
                for (String key : List.copyOf(granted.keys())) {
                  Optional<Right> right = Right.of(key);
                  if (right.isPresent()) {
                    rights.put(right.get(), parties(granted, key));
                  }
                }
                for (Right right : Right.values()) {
                  granted.nodeOrNull(right.text()); // those are known
                }
                granted.done();
              });
    }
    map.done();
    return ip.map(owner -> new Work(owner, rights));
  }

  private Optional<Ownership> ownership(YamlMap map) {
    String kind = kind(map, List.of("retained", "joint", "licensed"));
    Optional<Ownership> found =
        switch (kind) {
          case "retained" -> Optional.of(new Ownership.Retained(party(map, "by")));
          case "joint" -> Optional.of(new Ownership.Joint(shares(map, "shares")));
          case "licensed" ->
              Optional.of(
                  new Ownership.Licensed(
                      party(map, "by"), parties(map, "to"), flag(map, "exclusive")));
          default -> Optional.empty();
        };
    map.done();
    return found;
  }

  private Optional<Liability> liability(YamlMap map) {
    Optional<Liability.Kind> kind =
        map.choice("kind", Liability.Kind::of, List.of(Liability.Kind.values()));
    SortedMap<String, Integer> shares =
        kind.equals(Optional.of(Liability.Kind.BY_SHARE))
            ? shares(map, "shares")
            : Collections.emptySortedMap();
    Liability.Cap cap = null;
    Node node = map.nodeOrNull("cap");
    if (node != null) {
      cap = YamlMap.of(node, "'cap'", mistakes).map(this::cap).orElse(null);
    }
    String law = map.text("law", 2);
    if (!law.isEmpty() && !COUNTRIES.contains(law)) {
      mistakes.add(map.line("law"), Quoted.text(law) + " is not a country code such as CH");
    }
    map.done();
    Liability.Cap limit = cap;
    return kind.map(one -> new Liability(one, shares, limit, law));
  }

  private Liability.Cap cap(YamlMap map) {
    String currency = map.text("currency", 3);
    if (!currency.isEmpty()
        && Currency.getAvailableCurrencies().stream()
            .noneMatch(one -> one.getCurrencyCode().equals(currency))) {
      mistakes.add(
          map.line("currency"), Quoted.text(currency) + " is not a currency code such as EUR");
    }
    Liability.Cap found = new Liability.Cap(whole(map, "amount", 1, 1L << 53), currency);
    map.done();
    return found;
  }

  private Optional<Exit> exit(YamlMap map) {
    int notice = (int) whole(map, "notice-days", 0, MAX_DAYS);
    int delete = (int) whole(map, "delete-within-days", 0, MAX_DAYS);
    SortedMap<Right, Integer> goOn = new TreeMap<>();
    Node node = map.nodeOrNull("rights-go-on-days");
    if (node != null) {
      YamlMap.of(node, "'rights-go-on-days'", mistakes)
          .ifPresent(
              days -> {
                for (Right right : Right.values()) {
                  if (days.nodeOrNull(right.text()) != null) {
                    goOn.put(right, (int) whole(days, right.text(), 1, MAX_DAYS));
                  }
                }
                days.done();
              });
    }
    map.done();
    return Optional.of(new Exit(notice, goOn, delete));
  }

  private void requireGranted(int line, Exit exit, List<Clause> clauses) {
    for (Right right : exit.goOnDays().keySet()) {
      if (clauses.stream()
          .flatMap(clause -> Stream.of(clause.models(), clause.derived()))
          .allMatch(work -> work.holders(right).isEmpty())) {
        mistakes.add(line, "the right to " + right + " goes on, and no clause grants it");
      }
    }
  }

  /** One party's id. */
  private String party(YamlMap map, String key) {
    String id = map.text(key, 64);
    requireParty(map.line(key), id);
    return id;
  }

  private void requireParty(int line, String id) {
    if (!id.isEmpty() && !parties.contains(id)) {
      mistakes.add(
          line, Quoted.text(id) + " is no party: the parties are " + String.join(", ", parties));
    }
  }

  /** Several, or {@code all}. */
  private SortedSet<String> parties(YamlMap map, String key) {
    Node node = map.nodeOrNull(key);
    if (node instanceof ScalarNode word && word.getValue().equals(ALL)) {
      return new TreeSet<>(parties);
    }
    if (node != null && !(node instanceof SequenceNode)) {
      mistakes.add(node, "'" + key + "' is a list of parties, or all");
      return new TreeSet<>();
    }
    SortedSet<String> found = words(map, key, MEMBER, "a party's id");
    found.forEach(id -> requireParty(map.line(key), id));
    return found;
  }

  private SortedSet<String> words(YamlMap map, String key, Pattern shape, String expected) {
    SortedSet<String> found = new TreeSet<>();
    for (Node item : map.items(key, false)) {
      String word = map.word(item, key, 64);
      if (!word.isEmpty() && !shape.matcher(word).matches()) {
        mistakes.add(item, Quoted.text(word) + " is not " + expected);
      } else if (!word.isEmpty() && !found.add(word)) {
        mistakes.add(item, Quoted.text(word) + " is given twice in '" + key + "'");
      }
    }
    return found;
  }

  /** Percent by party, 100 in all. */
  private SortedMap<String, Integer> shares(YamlMap map, String key) {
    SortedMap<String, Integer> shares = new TreeMap<>();
    section(map, key)
        .ifPresent(
            of -> {
              for (String id : List.copyOf(of.keys())) {
                requireParty(of.line(id), id);
                shares.put(id, (int) whole(of, id, 1, WHOLE));
              }
              int sum = sum(shares.values());
              if (sum != WHOLE) {
                mistakes.add(
                    of.line(), "'" + key + "' are percent, and come to " + sum + ", not 100");
              }
              of.done();
            });
    return shares;
  }

  private static int sum(Collection<Integer> shares) {
    return shares.stream().mapToInt(Integer::intValue).sum();
  }

  private boolean flag(YamlMap map, String key) {
    String text = map.text(key, 5);
    if (!text.isEmpty() && !text.equals("true") && !text.equals("false")) {
      mistakes.add(map.line(key), "'" + key + "' is true or false");
    }
    return text.equals("true");
  }

  private String shaped(YamlMap map, String key, Pattern shape, String expected) {
    String text = map.text(key, 64);
    if (!text.isEmpty() && !shape.matcher(text).matches()) {
      mistakes.add(
          map.line(key), "'" + key + "' must be " + expected + ", not " + Quoted.text(text));
    }
    return text;
  }

  private long whole(YamlMap map, String key, long min, long max) {
    String text = map.text(key, 20);
    if (text.matches("[0-9]{1,17}") && Long.parseLong(text) >= min && Long.parseLong(text) <= max) {
      return Long.parseLong(text);
    }
    if (!text.isEmpty()) {
      mistakes.add(
          map.line(key),
          "'%s' is %s: expected a whole number %s"
              .formatted(
                  key,
                  Quoted.text(text),
                  min == max ? "" + min + " in this release" : "from " + min + " to " + max));
    }
    return min;
  }
}
