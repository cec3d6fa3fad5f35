package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Somebody at a browser who opens the page of a sign-in at Keycloak, and agrees. */
final class DeviceFlow {
  private static final Pattern ACTION = Pattern.compile("<form[^>]* action=\"([^\"]+)\"");
  private static final Pattern HIDDEN =
      Pattern.compile("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"");
  private static final int MOST_PAGES = 8;

  private final HttpClient http = HttpClient.newHttpClient();
  // by hand: a browser on this machine sends them over http, Java's own does not
  private final Map<String, String> cookies = new LinkedHashMap<>();

  private record Page(URI at, String text) {}

  /** Signs in on a page and agrees to what is asked. */
  void agree(URI page, String user, String password) throws IOException, InterruptedException {
    Page now = get(page);
    for (int i = 0; i < MOST_PAGES && ACTION.matcher(now.text).find(); i++) {
      boolean signIn = now.text.contains("name=\"password\"");
      Map<String, String> form = new LinkedHashMap<>();
      Matcher hidden = HIDDEN.matcher(now.text);
      while (hidden.find()) {
        form.put(hidden.group(1), hidden.group(2));
      }
      if (signIn) {
        form.put("username", user);
        form.put("password", password);
      } else {
        form.put("accept", "Yes");
      }
      now = post(now, form);
    }
    assertThat(now.text).as("the last page").contains("Device Login Successful");
  }

  private Page get(URI page) throws IOException, InterruptedException {
    return follow(page, HttpRequest.newBuilder(page).GET());
  }

  private Page post(Page page, Map<String, String> form) throws IOException, InterruptedException {
    Matcher action = ACTION.matcher(page.text);
    assertThat(action.find()).isTrue();
    URI to = page.at.resolve(action.group(1).replace("&amp;", "&"));
    String body =
        form.entrySet().stream()
            .map(field -> field.getKey() + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    return follow(
        to,
        HttpRequest.newBuilder(to)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(body)));
  }

  private Page follow(URI at, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    if (!cookies.isEmpty()) {
      request.header(
          "Cookie",
          cookies.entrySet().stream()
              .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
              .collect(Collectors.joining("; ")));
    }
    HttpResponse<String> reply = http.send(request.build(), BodyHandlers.ofString());
    for (String set : reply.headers().allValues("Set-Cookie")) {
      String[] cookie = set.split(";", 2)[0].split("=", 2);
      cookies.put(cookie[0], cookie[1]);
    }
    String location = reply.headers().firstValue("Location").orElse("");
    if (reply.statusCode() / 100 == 3) {
      return get(at.resolve(location));
    }
    assertThat(reply.statusCode()).as("%s: %s", at, reply.body()).isEqualTo(200);
    return new Page(at, reply.body());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
