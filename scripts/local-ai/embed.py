"""Embeds paragraphs of Markdown files for `plinth-bench knowledge`, which measures searches by vectors:

    scripts/local-ai/run &
    python3 scripts/local-ai/embed.py OUT COUNT URL DIRECTORY…

Writes OUT/passages.f32 and OUT/queries.f32: rows of 32-bit numbers, little-endian. A passage is a
paragraph of 200 to 600 characters, and each is there once. A query is the first sentence of a paragraph
that is no passage, so each has near and far answers, as questions have.
"""

import array
import base64
import json
import random
import re
import sys
import urllib.request
from pathlib import Path

BATCH = 16
QUERIES = 200


def main() -> int:
    out, count, url, *directories = sys.argv[1:]
    passages, rest = paragraphs(directories, int(count))
    queries = [first_sentence(text) for text in rest]
    queries = [text for text in queries if 40 <= len(text) <= 200][:QUERIES]
    print(f"{len(passages)} passages, {len(queries)} queries", flush=True)
    Path(out).mkdir(parents=True, exist_ok=True)
    write(Path(out) / "queries.f32", queries, url, "query")
    write(Path(out) / "passages.f32", passages, url, "passage")
    return 0


def paragraphs(directories: list[str], count: int) -> tuple[list[str], list[str]]:
    files = sorted(path for directory in directories for path in Path(directory).rglob("*.md"))
    # The same in each run.
    random.Random(1).shuffle(files)
    found: dict[str, None] = {}
    for file in files:
        text = re.sub(r"```.*?```", "", file.read_text("utf-8", "ignore"), flags=re.S)
        for paragraph in re.split(r"\n\s*\n", text):
            paragraph = " ".join(paragraph.split())
            letters = sum(c.isalpha() or c == " " for c in paragraph)
            if 200 <= len(paragraph) <= 600 and letters > 0.8 * len(paragraph):
                found[paragraph] = None
    every = list(found)
    random.Random(2).shuffle(every)
    return every[:count], every[count:]


def first_sentence(text: str) -> str:
    return re.split(r"(?<=[.!?]) ", text)[0]


def write(path: Path, texts: list[str], url: str, kind: str) -> None:
    with path.open("wb") as file:
        for at in range(0, len(texts), BATCH):
            body = {
                "model": "multilingual-e5-small", "input": texts[at : at + BATCH],
                "input_type": kind, "encoding_format": "base64",
            }
            request = urllib.request.Request(
                f"{url}/embeddings", json.dumps(body).encode(), {"content-type": "application/json"}
            )
            with urllib.request.urlopen(request, timeout=600) as answer:
                data = json.load(answer)["data"]
            for item in data:
                vector = array.array("f", base64.b64decode(item["embedding"]))
                if sys.byteorder == "big":
                    vector.byteswap()
                file.write(vector.tobytes())
            file.flush()


if __name__ == "__main__":
    sys.exit(main())
