"""A mail server for tests, on a free port of loopback. It prints one line of JSON for its port, and one
for each mail. The recipient decides the answer:

    refused@…    550
    later@…      451 at the first attempt, then taken
    full@…       552 after the mail itself
    stalled@…    no answer
    others       taken
"""

import argparse
import asyncio
import json
import ssl

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


def tell(**values: object) -> None:
    print(json.dumps(values), flush=True)


class Handler:
    def __init__(self) -> None:
        self.seen: set[str] = set()

    async def handle_RCPT(self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]) -> str:
        match address.split("@")[0]:
            case "refused":
                return "550 5.1.1 no such mailbox"
            case "later" if address not in self.seen:
                self.seen.add(address)
                return "451 4.7.1 greylisted, try again"
            case "stalled":
                await asyncio.sleep(3600)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _: Session, envelope: Envelope) -> str:
        if envelope.rcpt_tos[0].startswith("full@"):
            return "552 5.2.2 mailbox full"
        content = envelope.content
        text = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
        encrypted = server.transport.get_extra_info("ssl_object") is not None
        tell(sender=envelope.mail_from, to=envelope.rcpt_tos, message=text, encrypted=encrypted)
        return "250 OK"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tls", choices=["starttls", "implicit"])
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--login")
    options = parser.parse_args()
    context = None
    if options.tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.certificate, options.key)

    def authenticator(_: SMTP, __: Session, ___: Envelope, mechanism: str, data: object) -> AuthResult:
        given = f"{data.login.decode()}:{data.password.decode()}" if isinstance(data, LoginPassword) else ""
        # The server answers 235 or 535.
        return AuthResult(success=given == options.login, handled=False)

    login = {} if options.login is None else {
        "authenticator": authenticator, "auth_required": True, "auth_require_tls": options.tls == "starttls",
    }  # fmt: skip
    starttls = {"tls_context": context, "require_starttls": True} if options.tls == "starttls" else {}
    handler = Handler()

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        implicit = context if options.tls == "implicit" else None
        server = await loop.create_server(
            lambda: SMTP(handler, hostname="localhost", loop=loop, **login, **starttls), "127.0.0.1", 0, ssl=implicit
        )
        tell(port=server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


main()
