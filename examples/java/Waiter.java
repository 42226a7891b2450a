import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.json.JSONArray;
import org.json.JSONObject;

/**
 * A guest asks for water, a waiter claims it, and the waiter's socket resumes after a break.
 *
 * <p>Usage: java Waiter.java ORIGIN TABLE_TOKEN STAFF_EMAIL PASSWORD
 */
public class Waiter {
  static String origin;
  // HTTP/1.1 from the start: no upgrade to h2c is asked for.
  static final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** JSON over HTTP. */
  static JSONObject http(String method, String path, JSONObject body, String token) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(origin + path))
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", UUID.randomUUID().toString());
    if (token != null) request.header("Authorization", "Bearer " + token);
    request.method(
        method,
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body.toString()));
    HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    JSONObject json = new JSONObject(answer.body());
    if (answer.statusCode() >= 300) throw new IllegalStateException(path + ": " + json.opt("code"));
    return json;
  }

  /** Connects one namespace; `listen` adds the listeners before the first message can arrive. */
  static Socket connect(String namespace, Map<String, String> auth, Consumer<Socket> listen)
      throws Exception {
    IO.Options options =
        IO.Options.builder()
            .setTransports(new String[] {"websocket"})
            .setForceNew(true)
            .setAuth(auth)
            .build();
    Socket socket = IO.socket(URI.create(origin + namespace), options);
    CompletableFuture<Socket> connected = new CompletableFuture<>();
    listen.accept(socket);
    socket.on(Socket.EVENT_CONNECT, args -> connected.complete(socket));
    socket.on(
        Socket.EVENT_CONNECT_ERROR,
        // A refusal of the namespace (data.code) is not retried by the library.
        args -> connected.completeExceptionally(new IllegalStateException(String.valueOf(args[0]))));
    socket.connect();
    return connected.get(10, TimeUnit.SECONDS);
  }

  static JSONObject call(Socket socket, String event, JSONObject body) throws Exception {
    CompletableFuture<JSONObject> answer = new CompletableFuture<>();
    socket.emit(event, body, (Ack) args -> answer.complete((JSONObject) args[0]));
    return answer.get(5, TimeUnit.SECONDS);
  }

  public static void main(String[] args) throws Exception {
    origin = args[0];
    JSONObject login = new JSONObject().put("email", args[2]).put("password", args[3]).put("refresh", "body");
    String staffToken = http("POST", "/api/auth/login", login, null).getString("accessToken");
    Socket staff = connect("/staff", Map.of("token", staffToken), socket -> {});

    // The snapshot comes after the subscription: events that arrived meanwhile and are newer follow it.
    JSONObject board = http("GET", "/api/board", null, staffToken);
    JSONObject position =
        new JSONObject().put("epoch", board.getString("epoch")).put("since", board.getInt("seq"));

    JSONObject seat = new JSONObject().put("tableToken", args[1]);
    String guestToken = http("POST", "/api/guest/sessions", seat, null).getString("accessToken");
    CompletableFuture<String> claimedBy = new CompletableFuture<>();
    Socket guest =
        connect(
            "/guest",
            Map.of("token", guestToken),
            socket ->
                socket.on(
                    "request",
                    message -> {
                      JSONObject request = ((JSONObject) message[0]).optJSONObject("request");
                      if ("claimed".equals(request.optString("state")))
                        claimedBy.complete(request.optJSONObject("claimedBy").optString("name"));
                    }));

    // The same commandId may be sent again after a lost acknowledgement: it is done once.
    JSONObject create =
        new JSONObject().put("type", "water").put("commandId", UUID.randomUUID().toString());
    JSONObject created = call(guest, "request:create", create);
    if (!created.getBoolean("ok")) throw new IllegalStateException(created.toString());
    String id = created.getJSONObject("request").getString("id");

    JSONObject claim = new JSONObject().put("id", id).put("commandId", UUID.randomUUID().toString());
    JSONObject done = call(staff, "request:claim", claim);
    if (!done.getBoolean("ok")) throw new IllegalStateException(done.toString());
    System.out.println("claimed by " + claimedBy.get(5, TimeUnit.SECONDS));

    // A break: everything since the position comes by `sync`, and only what is newer is applied.
    staff.disconnect();
    staff = connect("/staff", Map.of("token", staffToken), socket -> {});
    JSONObject missed = call(staff, "sync", position);
    if (!"ok".equals(missed.getString("status")))
      throw new IllegalStateException("reset: read /api/board again");
    JSONArray events = missed.getJSONArray("events");
    List<String> types = new ArrayList<>();
    for (int index = 0; index < events.length(); index++) {
      JSONObject event = events.getJSONObject(index);
      JSONObject request = event.getJSONObject("data").optJSONObject("request");
      if (request != null && id.equals(request.getString("id"))) types.add(event.getString("type"));
    }
    System.out.println("resumed: " + String.join(", ", types));

    http("POST", "/api/requests/" + id + "/complete", new JSONObject(), staffToken);
    guest.disconnect();
    staff.disconnect();
    System.exit(0);
  }
}
