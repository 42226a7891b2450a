"""A guest asks for water, a waiter claims it, and the waiter's socket resumes after a break.

Usage: python waiter.py <origin of the restaurant> <table token> <staff e-mail> <password>
"""

import json
import sys
import threading
import uuid
from urllib.request import Request, urlopen

import socketio

origin, table_token, email, password = sys.argv[1:5]


def http(method, path, body=None, **headers):
    """JSON over HTTP; an error status raises."""
    data = None if body is None else json.dumps(body).encode()
    request = Request(origin + path, data, {"Content-Type": "application/json", **headers}, method=method)
    with urlopen(request, timeout=10) as response:
        return json.load(response)


def connect(namespace, auth, listeners):
    """Connects one namespace; raises ConnectionError if the gateway refuses."""
    client = socketio.Client(reconnection=False)
    for event, listener in listeners.items():
        client.on(event, listener, namespace=namespace)
    client.connect(origin, transports=["websocket"], namespaces=[namespace], auth=auth, wait_timeout=10)
    return client


events = []
listen = {"event": events.append}
staff_session = http("POST", "/api/auth/login", {"email": email, "password": password, "refresh": "body"})
authorization = {"Authorization": f"Bearer {staff_session['accessToken']}"}
staff = connect("/staff", {"token": staff_session["accessToken"]}, listen)

# The snapshot comes after the subscription: events that arrived meanwhile and are newer follow it.
board = http("GET", "/api/board", **authorization)
position = {"epoch": board["epoch"], "since": board["seq"]}

guest_session = http("POST", "/api/guest/sessions", {"tableToken": table_token})
claimed = threading.Event()
claimed_by = []


def on_request(message):
    if message["request"]["state"] == "claimed":
        claimed_by.append(message["request"]["claimedBy"]["name"])
        claimed.set()


auth = {"token": guest_session["accessToken"]}
auth.update({key: guest_session[key] for key in ("epoch", "seq") if key in guest_session})
guest = connect("/guest", auth, {"request": on_request})

# The same commandId may be sent again after a lost acknowledgement: it is done once.
create = {"type": "water", "commandId": str(uuid.uuid4())}
created = guest.call("request:create", create, namespace="/guest", timeout=5)
assert created["ok"], created
request_id = created["request"]["id"]

claim = {"id": request_id, "commandId": str(uuid.uuid4())}
done = staff.call("request:claim", claim, namespace="/staff", timeout=5)
assert done["ok"], done
assert claimed.wait(5), "no message about the claim"
print(f"claimed by {claimed_by[0]}")

# A break: everything since the position comes by `sync`, and only what is newer is applied.
staff.disconnect()
staff = connect("/staff", {"token": staff_session["accessToken"]}, listen)
missed = staff.call("sync", position, namespace="/staff", timeout=5)
assert missed["status"] == "ok", "reset: read /api/board again"
types = [e["type"] for e in missed["events"] if e["data"].get("request", {}).get("id") == request_id]
print(f"resumed: {', '.join(types)}")

http("POST", f"/api/requests/{request_id}/complete", {}, **authorization, **{"Idempotency-Key": str(uuid.uuid4())})
guest.disconnect()
staff.disconnect()
