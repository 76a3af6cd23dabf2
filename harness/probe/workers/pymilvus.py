"""Makes attempts with pymilvus for a probe: one JSON object a line, in and out.

A request is one attempt; its answer says what pymilvus said, in pymilvus's
words. Requests run side by side, each in a thread of its own. The process ends
when its input does.
"""
import json
import os
import sys
import threading

out = os.fdopen(os.dup(1), "w", encoding="utf-8")  # what pymilvus prints must not meet the answers
os.dup2(2, 1)
writing = threading.Lock()
held = {}


def say(answer):
    with writing:
        out.write(json.dumps(answer) + "\n")
        out.flush()


import grpc  # noqa: E402
import pymilvus  # noqa: E402
from pymilvus import DataType, MilvusClient, connections, utility  # noqa: E402


def files(r):
    """Gives the file parameters of an attempt over TLS."""
    form = r["form"]
    if form == "ca-pem-alone":
        return {"ca_pem_path": r["ca"]}
    trio = {"client_pem_path": r["cert"], "client_key_path": r["key"], "ca_pem_path": r["ca"]}
    if form == "server-pem-beside-client-files":
        return {"server_pem_path": r["ca"], **trio}
    return trio if r["cert"] else {"server_pem_path": r["ca"]}


def settings(r):
    """Gives everything but the address, in the form that the attempt asks for."""
    # pymilvus 2.4 dials, and asks 2.2 with a login that was refused, until this
    # time is over, and says only then why. It heeds whole seconds only.
    patience = int(r["seconds"]) if r["ask"] == "data" else min(int(r["seconds"]) // 2, 10)
    given = {"timeout": max(1, patience)}
    if r["user"]:
        given.update(user=r["user"], password=r["password"])
    if r["tls"]:
        given.update(files(r))
        if r["name"]:
            given["server_name"] = r["name"]
        if r["form"] != "secure-left-out":
            given["secure"] = True
    return given


class Connection:
    """A client of the documented kind, and what is asked of it."""

    def __init__(self, r):
        self.alias = None
        if r["form"] == "connections":
            self.alias = "attempt-%d" % r["id"]
            connections.connect(alias=self.alias, host=r["host"], port=str(r["port"]), **settings(r))
            return
        scheme = "https" if r["tls"] and r["form"] not in ("http-uri", "secure-left-out") else "http"
        self.client = MilvusClient(uri="%s://%s:%d" % (scheme, r["host"], r["port"]), **settings(r))

    def list(self, r):
        if self.alias:
            utility.list_collections(timeout=r["seconds"], using=self.alias)
        else:
            self.client.list_collections(timeout=r["seconds"])

    def close(self):
        if self.alias:
            connections.disconnect(self.alias)
        else:
            self.client.close()


def data(client, r, step):
    """Goes the whole data path, and wants the inserted row back."""
    name, rows = r["collection"], [{"id": i + 1, "vector": [i, i * i, 1, 0]} for i in range(16)]
    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=4)
    step("create collection")
    client.create_collection(name, schema=schema)
    try:
        step("insert")
        client.insert(name, rows)
        step("create index")
        index = client.prepare_index_params()
        index.add_index("vector", index_type="FLAT", metric_type="L2", params={})
        client.create_index(name, index)
        step("load")
        client.load_collection(name)
        step("search")
        hits = client.search(name, data=[rows[8]["vector"]], limit=1, anns_field="vector",
                             search_params={"metric_type": "L2", "params": {}}, consistency_level="Strong")
        if [hit["id"] for hit in hits[0]] != [rows[8]["id"]]:
            raise ValueError("searched for row %d and found %s" % (rows[8]["id"], hits[0]))
    finally:
        step("drop collection")
        client.drop_collection(name)


def described(error):
    """Gives an error and what caused it, as facts."""
    says, code, kind, known = [], "", type(error).__name__, set()
    while error is not None and id(error) not in known:  # pymilvus raises errors that cause themselves
        known.add(id(error))
        if isinstance(error, grpc.RpcError):
            code = code or error.code().name
            says.append(error.details() or "")
        else:
            says.append(str(error))
        error = error.__cause__
    return {"kind": kind, "code": code, "message": " | ".join(says)}


def attempt(r):
    steps = ["connect"]
    connection = None
    try:
        connection = Connection(r)
        steps.append("list collections")
        connection.list(r)
        if r["ask"] == "data":
            data(connection.client, r, steps.append)
        answer = {"served": True}
    except Exception as error:  # whatever the client says is what was seen
        answer = described(error)
        answer["step"] = steps[-1]
    if r["hold"]:
        held[r["id"]] = connection
    say({"id": r["id"], **answer})  # before its connection ends
    if connection is not None and not r["hold"]:
        try:
            connection.close()
        except Exception:  # the answer stands; the process is ended with the run
            pass


say({"ready": pymilvus.__version__})
for line in sys.stdin:
    request = json.loads(line)
    if request.get("ping"):
        say({"id": request["id"]})
        continue
    if request.get("release"):
        connection = held.pop(request["release"], None)
        if connection is not None:
            connection.close()
        continue
    threading.Thread(target=attempt, args=(request,), daemon=True).start()
os._exit(0)
