"""A store of objects as S3 is, inside the test process, that verifies the signature of every request by itself (AWS Signature Version 4
in the query), and lists its buckets in parts.

    with ObjectStore() as store:
        store.put("bucket", "a key.wav", data)
        run("s3://bucket/a key.wav", env=store.env())
"""
import hashlib
import hmac
import urllib.parse
from xml.sax.saxutils import escape

from support.http_server import Behaviour, HttpServer

KEY_ID, SECRET, SESSION = "AKIATESTTESTTEST0001", "s3cr3t/Key+With=Signs", "s3ss1on/T0ken=="
REGION = "eu-north-1"


def quote(text, safe=""):
    return urllib.parse.quote(text, safe=safe)


def signed_by(secret, method, path, query, host):
    """The signature that `query`, a list of pairs without the signature, must have."""
    values = dict(query)
    date, region, service, end = values["X-Amz-Credential"].split("/")[1:]
    canonical = "&".join(f"{quote(k)}={quote(v)}" for k, v in sorted(query, key=lambda pair: (quote(pair[0]), quote(pair[1]))))
    request = "\n".join([method, path, canonical, f"host:{host}", "", "host", "UNSIGNED-PAYLOAD"])
    text = "\n".join(["AWS4-HMAC-SHA256", values["X-Amz-Date"], f"{date}/{region}/{service}/{end}",
                      hashlib.sha256(request.encode()).hexdigest()])
    key = ("AWS4" + secret).encode()
    for part in (date, region, service, end):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


class ObjectStore(HttpServer):
    PART = 2  # objects in one answer to a list

    def __init__(self, session=None, public=False, **arguments):
        self.session, self.public = session, public
        self.keys = {}
        self.refused_numbers = set()  # requests for objects that are refused once, counted from 0
        self.object_requests = 0
        super().__init__(**arguments)

    def env(self, **more):
        """What a client must know."""
        env = {"AWS_ENDPOINT_URL": self.url(""), "AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": REGION,
               "AWS_SESSION_TOKEN": self.session}
        return {**env, **more}

    def put(self, bucket, key, data, **behaviour):
        self.keys.setdefault(bucket, set()).add(key)
        return self.add(f"/{bucket}/{quote(key, safe='/')}", data, **behaviour)

    def take(self, request):
        path, _, text = request.path.partition("?")
        query = urllib.parse.parse_qsl(text, keep_blank_values=True)
        if not self.public and not self.is_signed(request, path, query):
            super().take(request)
            return Behaviour(status=403), 0
        bucket, _, key = path[1:].partition("/")
        if not key and bucket in self.keys:
            super().take(request)
            return Behaviour(data=self.listing(bucket, dict(query)), content_type="application/xml"), 0
        with self.lock:
            self.object_requests += 1
            is_refused = self.object_requests - 1 in self.refused_numbers
        found = super().take(request)
        return (Behaviour(status=403), 0) if is_refused else found

    def is_signed(self, request, path, query):
        values = dict(query)
        if values.get("X-Amz-Credential", "").split("/")[::2] != [KEY_ID, REGION, "aws4_request"]:
            return False
        if values.get("X-Amz-Security-Token") != self.session or "Authorization" in request.headers:
            return False
        unsigned = [pair for pair in query if pair[0] != "X-Amz-Signature"]
        return values["X-Amz-Signature"] == signed_by(SECRET, "GET", path, unsigned, request.headers["Host"])

    def listing(self, bucket, query):
        prefix, after = query.get("prefix", ""), query.get("continuation-token", "")
        keys = sorted((key for key in self.keys[bucket] if key.startswith(prefix)), key=str.encode)
        if query.get("delimiter"):
            keys = [key for key in keys if query["delimiter"] not in key[len(prefix):]]
        keys = [key for key in keys if not after or key > after]
        part, more = keys[:self.PART], len(keys) > self.PART
        text = "".join(f"<Contents><Key>{escape(key)}</Key><Size>1</Size></Contents>" for key in part)
        text += f"<IsTruncated>{str(more).lower()}</IsTruncated>"
        text += f"<NextContinuationToken>{escape(part[-1])}</NextContinuationToken>" if more else ""
        return f"<ListBucketResult xmlns='http://s3.amazonaws.com/doc/2006-03-01/'>{text}</ListBucketResult>".encode()
