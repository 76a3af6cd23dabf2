import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.milvus.v2.client.ConnectConfig;
import io.milvus.v2.client.MilvusClientV2;
import io.milvus.v2.client.RetryConfig;
import io.milvus.v2.common.ConsistencyLevel;
import io.milvus.v2.common.DataType;
import io.milvus.v2.common.IndexParam;
import io.milvus.v2.service.collection.request.AddFieldReq;
import io.milvus.v2.service.collection.request.CreateCollectionReq;
import io.milvus.v2.service.collection.request.DropCollectionReq;
import io.milvus.v2.service.collection.request.LoadCollectionReq;
import io.milvus.v2.service.index.request.CreateIndexReq;
import io.milvus.v2.service.vector.request.InsertReq;
import io.milvus.v2.service.vector.request.SearchReq;
import io.milvus.v2.service.vector.request.data.FloatVec;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Makes attempts with Milvus's Java SDK for a probe: one JSON object a line, in
 * and out. A request is one attempt; its answer says what the SDK said. The
 * process ends when its input does.
 */
public final class JavaWorker {
  private static final Gson GSON = new Gson();
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private static final Map<Long, MilvusClientV2> HELD = new ConcurrentHashMap<>();
  private static final int ROWS = 16;

  /** One attempt, as the probe asks for it. */
  private static final class Request {
    long id;
    long release;
    boolean ping;
    String host;
    int port;
    boolean tls;
    String name;
    String ca;
    String cert;
    String key;
    String user;
    String password;
    String form;
    String ask;
    String collection;
    double seconds;
    boolean hold;
    transient String step = "connect";
  }

  public static void main(String[] args) throws Exception {
    System.setOut(System.err); // what the SDK prints must not meet the answers
    JsonObject ready = new JsonObject();
    String version = MilvusClientV2.class.getPackage().getImplementationVersion();
    ready.addProperty("ready", version == null ? args[0] : version);
    OUT.println(ready);
    ExecutorService threads = Executors.newCachedThreadPool();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = in.readLine()) != null; ) {
      Request r = GSON.fromJson(line, Request.class);
      if (r.ping) {
        say(r, new JsonObject());
        continue;
      }
      threads.execute(r.release != 0 ? () -> close(HELD.remove(r.release)) : () -> attempt(r));
    }
    System.exit(0);
  }

  private static void attempt(Request r) {
    JsonObject answer;
    MilvusClientV2 client = null;
    try {
      client = connect(r);
      r.step = "list collections";
      client.listCollections();
      if (r.ask.equals("data")) {
        data(client, r);
      }
      answer = new JsonObject();
      answer.addProperty("served", true);
    } catch (Throwable error) { // whatever the client says is what was seen
      answer = described(error);
      answer.addProperty("step", r.step);
    }
    if (r.hold && client != null) {
      HELD.put(r.id, client);
    }
    say(r, answer); // before its connection ends
    if (!r.hold) {
      close(client);
    }
  }

  private static void say(Request r, JsonObject answer) {
    answer.addProperty("id", r.id);
    OUT.println(answer);
  }

  private static MilvusClientV2 connect(Request r) {
    long millis = Math.round(r.seconds * 1000);
    ConnectConfig.ConnectConfigBuilder config = ConnectConfig.builder()
        .uri((r.tls ? "https://" : "http://") + r.host + ":" + r.port)
        .connectTimeoutMs(millis);
    if (!r.ask.equals("data")) {
      config.rpcDeadlineMs(millis);
    }
    if (!r.user.isEmpty()) {
      config.username(r.user).password(r.password);
    }
    if (r.tls) {
      config.secure(true);
      if (!r.name.isEmpty()) {
        config.serverName(r.name);
      }
      files(config, r);
    }
    MilvusClientV2 client = new MilvusClientV2(config.build());
    client.retryConfig(RetryConfig.builder().maxRetryTimes(1).build());
    return client;
  }

  private static void files(ConnectConfig.ConnectConfigBuilder config, Request r) {
    if (r.form.equals("ca-pem-alone")) {
      config.caPemPath(r.ca);
      return;
    }
    if (r.cert.isEmpty() || r.form.equals("server-pem-beside-client-files")) {
      config.serverPemPath(r.ca);
    }
    if (!r.cert.isEmpty()) {
      config.caPemPath(r.ca).clientPemPath(r.cert).clientKeyPath(r.key);
    }
  }

  private static void data(MilvusClientV2 client, Request r) {
    r.step = "create collection";
    CreateCollectionReq.CollectionSchema schema = client.createSchema();
    schema.addField(AddFieldReq.builder().fieldName("id").dataType(DataType.Int64).isPrimaryKey(true).autoID(false).build());
    schema.addField(AddFieldReq.builder().fieldName("vector").dataType(DataType.FloatVector).dimension(4).build());
    client.createCollection(CreateCollectionReq.builder().collectionName(r.collection).collectionSchema(schema).build());
    try {
      r.step = "insert";
      client.insert(InsertReq.builder().collectionName(r.collection).data(rows()).build());
      r.step = "create index";
      IndexParam index = IndexParam.builder().fieldName("vector").indexType(IndexParam.IndexType.FLAT)
          .metricType(IndexParam.MetricType.L2).extraParams(new HashMap<>()).build();
      client.createIndex(CreateIndexReq.builder().collectionName(r.collection)
          .indexParams(Collections.singletonList(index)).build());
      r.step = "load";
      client.loadCollection(LoadCollectionReq.builder().collectionName(r.collection).build());
      r.step = "search";
      search(client, r);
    } finally {
      String failed = r.step;
      client.dropCollection(DropCollectionReq.builder().collectionName(r.collection).build());
      r.step = failed;
    }
  }

  private static List<JsonObject> rows() {
    List<JsonObject> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      JsonObject row = new JsonObject();
      row.addProperty("id", i + 1);
      JsonArray vector = new JsonArray();
      for (float x : vector(i)) {
        vector.add(x);
      }
      row.add("vector", vector);
      rows.add(row);
    }
    return rows;
  }

  private static float[] vector(int i) {
    return new float[] {i, i * i, 1, 0};
  }

  private static void search(MilvusClientV2 client, Request r) {
    int row = ROWS / 2;
    var hits = client.search(SearchReq.builder().collectionName(r.collection).annsField("vector").limit(1)
        .data(Collections.singletonList(new FloatVec(vector(row))))
        .metricType(IndexParam.MetricType.L2).searchParams(new HashMap<>())
        .consistencyLevel(ConsistencyLevel.STRONG).build()).getSearchResults().get(0);
    if (hits.size() != 1 || !hits.get(0).getId().equals((long) row + 1)) {
      throw new IllegalStateException("searched for row " + (row + 1) + " and found " + hits);
    }
  }

  /** Gives an error and what caused it, as facts. */
  private static JsonObject described(Throwable error) {
    JsonObject told = new JsonObject();
    told.addProperty("kind", error.getClass().getSimpleName());
    StringBuilder says = new StringBuilder();
    String code = "";
    for (Throwable e = error; e != null && says.length() < 2000; e = e.getCause()) {
      says.append(says.length() > 0 ? " | " : "").append(e.getMessage());
      if (e instanceof io.milvus.shaded.io.grpc.StatusRuntimeException) {
        code = ((io.milvus.shaded.io.grpc.StatusRuntimeException) e).getStatus().getCode().name();
      }
    }
    told.addProperty("code", code);
    told.addProperty("message", says.toString());
    return told;
  }

  private static void close(MilvusClientV2 client) {
    if (client == null) {
      return;
    }
    try {
      client.close(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private JavaWorker() {}
}
