"""Makes models at the fake provider, a prompt and keys, and prints them as JSON."""

import json
import os
from typing import Any

import httpx2

provider = f"http://{os.environ['PROVIDER']}"
api = httpx2.Client(base_url=f"{os.environ['PLINTH_URL']}/api/v1", timeout=10)


def post(path: str, body: dict[str, Any]) -> Any:
    answer = api.post(path, json=body)
    assert answer.is_success, (path, answer.text)
    return answer.json()


login = {"email": os.environ["PLINTH_EMAIL"], "password": os.environ["PLINTH_PASSWORD"]}
api.headers["authorization"] = f"Bearer {post('/auth/login', login)['access_token']}"

price = {"input_nano_usd": 1_000_000, "output_nano_usd": 1_000_000, "valid_from": "2026-01-01T00:00:00Z"}
models = {}
for name in ("plain", "failing", "rejecting", "silent", "refusing", "endless", "cut", "vectors"):
    kind = "embedding" if name == "vectors" else "chat"
    model = {
        "name": f"sdk/{name}",
        "provider": "custom",
        "model_id": name,
        "kind": kind,
        "base_url": f"{provider}/v1",
    }
    models[name] = post("/models", model)["id"]
    post(f"/models/{models[name]}/prices", price)
schema = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
prompt = {
    "name": "sdk-greeting",
    "content": "Greet {{ name }}.",
    "model_id": models["plain"],
    "input_schema": schema,
}
post("/prompts", prompt)
grant = {"permissions": ["execution:create", "execution:read"]}
key, poor = (post("/api-keys", {"name": name, **grant}) for name in ("SDK", "SDK without money"))
budget = {"scope": "api_key", "api_key_id": poor["id"], "period": "day", "hard_limit_nano_usd": 1}
post("/budgets", budget)
print(
    json.dumps(
        {
            "url": f"{os.environ['PLINTH_URL']}/openai/v1",
            "anthropic": f"{os.environ['PLINTH_URL']}/anthropic",
            "api": f"{os.environ['PLINTH_URL']}/api/v1",
            "key": key["secret"],
            "poor": poor["secret"],
            "provider": provider,
        }
    )
)
