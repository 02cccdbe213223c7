"""What schemathesis has to know of the API beyond its document."""

import os

import requests
import schemathesis

# Rules that no schema can express, by the code of the fault.
BEYOND_A_SCHEMA = {
    "api_key.grant": "a role or permissions, not both",
    "cursor.invalid": "a cursor is authenticated",
    "document.kind_not_allowed": "the kinds are a setting of the organization",
    "document.too_large": "the limit is a setting of the organization",
    "document.type_mismatch": "the type is found in the content",
    "field.required": "a new document needs a name, a new version does not",
    "idempotency_key.reused": "the key was used before with another body",
    "if_match.stale": "the version of the record",
    "json.malformed": "a field of a form holds JSON",
    "json.number": "numbers of metadata fit into 64 bits",
    "password.too_short": "an account of earlier versions may have a shorter one than a new account",
    "project.ends_before_start": "two dates are compared",
    "reference.unknown": "the record exists",
    "text.direction": "characters that change the direction of text",
    "text.empty": "white space at the ends is removed first",
    "text.invisible": "a visible character is needed",
    "time.past": "the present time",
    "timezone.unknown": "the zones of the IANA database",
    "upload.wrong_parts": "the parts are in order",
}


@schemathesis.auth()
class Session:
    """The session of the demo's owner."""

    def get(self, case, context):
        credentials = {
            "email": os.environ["PLINTH_EMAIL"],
            "password": os.environ["PLINTH_PASSWORD"],
        }
        url = os.environ["PLINTH_URL"] + "/api/v1/auth/login"
        answer = requests.post(url, json=credentials, timeout=20)
        answer.raise_for_status()
        return answer.json()["access_token"]

    def set(self, case, data, context):
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.serializer("application/offset+octet-stream")
def bytes_of_an_upload(context, value):
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.deserializer("application/octet-stream", "application/pdf", "application/x-step", "image/*")
def text_of_a_file(context, response):
    return response.content.decode("latin-1")


@schemathesis.check
def valid_data_is_accepted(context, response, case):
    """`positive_data_acceptance`, except for rules that no schema can express."""
    meta = case.meta
    if meta is None or not meta.generation.mode.is_positive or response.status_code < 400:
        return
    if response.status_code in (401, 403, 404, 409, 428, 429) or response.status_code >= 500:
        return
    if case.path.endswith("/None") or "None" in map(str, case.path_parameters.values()):
        # A link from a field that was `null`.
        return
    problem = response.json()
    if problem["code"] in BEYOND_A_SCHEMA:
        return
    faults = [fault for fault in problem.get("errors", [problem]) if not is_beyond(fault)]
    if faults:
        raise AssertionError(f"valid data was refused: {faults}")


def is_beyond(fault):
    """Whether a fault is of a rule that no schema can express."""
    return (
        fault["code"] in BEYOND_A_SCHEMA
        or fault.get("parameter") == "cursor"
        # JSON Schema takes 181.0 for an integer.
        or (fault["code"], fault["detail"]) == ("field.type", "must be integer, not number")
        # In a key or a text of metadata.
        or (fault["code"] == "body.malformed" and fault["detail"].startswith("U+0000"))
    )
