"""README's "Five minutes" with this client, against a server that runs:

    PLINTH_URL=http://127.0.0.1:8080 python tests/tour.py

It registers an organization of its own, and prints what it sees.
"""

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from queue import Queue
from typing import Any, TypeVar

from plinth_client import ClientClosed, File, Plinth, PlinthProblem, Request, etag
from plinth_client.api import (
    audit_logs,
    auth,
    documents,
    invoices,
    jobs,
    operations,
    organization,
    parties,
    payments,
    projects,
)
from plinth_client.models import (
    Address,
    AddressPatch,
    BankAccountPatch,
    ContactPatch,
    Document,
    Event,
    Invoice,
    Money,
    NewAccount,
    NewAllocation,
    NewDocument,
    NewInvoice,
    NewLine,
    NewOrganization,
    NewParty,
    NewPayment,
    NewProject,
    OrganizationPatch,
    OrganizationSettingsPatch,
    Project,
    ProjectPatch,
    SellerPatch,
    Vat,
)

T = TypeVar("T")

PLAN = Path(__file__).parents[3] / "crates/adapters/inspect/tests/fixtures/plan.pdf"
URL = os.environ["PLINTH_URL"]
ADDRESS = f"ada-{time.time_ns()}@example.com"
PASSWORD = "correct horse battery"
# Seconds that a worker may need for a file.
TIMEOUT_SECONDS = 60.0


def main() -> None:
    register()
    with Plinth(URL, email=ADDRESS, password=PASSWORD) as plinth:
        me = plinth.send(auth.get_me())
        say("logged in", me.user.email)
        project = create_a_project(plinth)
        find_it_misspelled(plinth, project)
        change_it(plinth, project)
        make_mistakes(plinth)
        with Watch() as watch:
            document = upload_a_drawing(plinth, project, watch)
        find_it_by_its_text(plinth, document)
        invoice = issue_an_invoice(plinth, project)
        pay_it(plinth, invoice)
        read_the_job(plinth, document)
        see_who_did_what(plinth, project)


def say(what: str, value: object) -> None:
    print(f"{what + ':':<24}{value}")


def eventually(ask: Callable[[], T | None], what: str) -> T:
    """What a worker has done, once it has."""
    end = time.monotonic() + TIMEOUT_SECONDS
    while (found := ask()) is None:
        assert time.monotonic() < end, f"no {what} within {TIMEOUT_SECONDS} s"
        time.sleep(0.2)
    return found


def register() -> None:
    with Plinth(URL) as plinth:
        healthy = plinth.send(operations.get_healthz())
        say("health", healthy.to_dict())
        account = NewAccount(
            email=ADDRESS,
            password=PASSWORD,
            name="Ada Lovelace",
            organization=NewOrganization(name="Hochbau Nord"),
        )
        registered = plinth.send(auth.register(account))
        assert registered is not None
        say("registered", registered.organization.slug)


def create_a_project(plinth: Plinth) -> Project:
    request = projects.create_project(
        NewProject(
            code="HRB-7",
            name="Harbour, quay 7",
            status="active",
            starts_on=date(2026, 12, 1),
            metadata={"client": "Port Authority"},
        ),
        idempotency_key="first-project",
    )
    first, second = plinth.answer(request), plinth.answer(request)
    assert first.value == second.value and first.status == 201
    assert not first.is_replayed and second.is_replayed
    assert first.etag == '"1"' == etag(first.value)
    assert first.value.metadata == {"client": "Port Authority"}
    say("created twice", first.value.id)
    return first.value


def find_it_misspelled(plinth: Plinth, project: Project) -> None:
    found = plinth.items(projects.list_projects(q="harbor", status=["active"], sort="-created_at"))
    assert [item.id for item in found] == [project.id]


def change_it(plinth: Plinth, project: Project) -> None:
    patch = ProjectPatch(status="on_hold", metadata={"reason": "ice"})
    request = projects.update_project(project.id, patch, if_match=etag(project))
    changed = plinth.send(request)
    assert changed.metadata == {"client": "Port Authority", "reason": "ice"}
    assert refusal(plinth, request).code == "if_match.stale"
    again = plinth.change(
        projects.get_project(project.id),
        lambda now, tag: projects.update_project(now.id, ProjectPatch(name="Quay 7"), if_match=tag),
    )
    say("changed", f"version {again.version}, {again.status}")


def make_mistakes(plinth: Plinth) -> None:
    request = projects.create_project(NewProject("HRB-8", "Harbour"))
    wrong = replace(request, json={"code": "HRB-8", "colour": "red", "ends_on": 5})
    problem = refusal(plinth, wrong)
    pointers = {fault.pointer: fault.code for fault in problem.errors}
    assert pointers == {
        "/colour": "field.unknown",
        "/ends_on": "field.type",
        "/name": "field.required",
    }
    say("refused", problem)


def refusal(plinth: Plinth, request: Request[Any]) -> PlinthProblem:
    try:
        plinth.send(request)
    except PlinthProblem as problem:
        return problem
    raise AssertionError(f"{request} was not refused")


class Watch:
    """The third terminal: the events of documents, while others work."""

    def __enter__(self) -> "Watch":
        self._plinth = Plinth(URL, email=ADDRESS, password=PASSWORD)
        self._seen: Queue[Event] = Queue()
        self._events = self._plinth.events(["documents"], after=0)
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def _watch(self) -> None:
        with suppress(ClientClosed):
            for event in self._events:
                self._seen.put(event)

    def until(self, type_: str) -> list[Event]:
        events = [self._seen.get(timeout=TIMEOUT_SECONDS)]
        while events[-1].type_ != type_:
            events.append(self._seen.get(timeout=TIMEOUT_SECONDS))
        return events

    def __exit__(self, *_: object) -> None:
        self._plinth.close()
        self._thread.join(timeout=10)
        assert not self._thread.is_alive()


def upload_a_drawing(plinth: Plinth, project: Project, watch: Watch) -> Document:
    with PLAN.open("rb") as file:
        form = NewDocument(file=File(file, "drawing.pdf", "application/pdf"), project_id=project.id)
        document = plinth.send(documents.create_document(form))
    events = watch.until("document.ready")
    types = [event.type_ for event in events]
    assert types == ["document.created", "document.processing", "document.ready"], types
    assert [event.number for event in events] == sorted({event.number for event in events})
    say("events", ", ".join(f"{event.number} {event.type_}" for event in events))

    told: list[int] = []
    version = plinth.upload(
        PLAN,
        document_id=document.id,
        name="drawing.pdf",
        chunk_bytes=1000,
        progress=lambda sent, total: told.append(sent),
    )
    watch.until("document.ready")
    assert version.id == document.id and version.current.number == 2
    assert told[0] == 0 and told[-1] == PLAN.stat().st_size
    say("uploaded", f"{version.name}, version 2, in {len(told)} steps")
    return version


def find_it_by_its_text(plinth: Plinth, document: Document) -> None:
    found = list(plinth.items(documents.list_documents(q="foundation quay")))
    assert [item.id for item in found] == [document.id]
    assert found[0].status == "ready"
    copy = BytesIO()
    plinth.download(documents.get_document_content(document.id), copy)
    assert copy.getvalue() == PLAN.read_bytes()
    say("found and downloaded", found[0].current.properties)


def issue_an_invoice(plinth: Plinth, project: Project) -> Invoice:
    seller = SellerPatch(
        legal_name="Hochbau Nord GmbH",
        vat_id="DE136695976",
        address=AddressPatch(street="Kai 7", postal_code="20457", city="Hamburg", country="DE"),
        contact=ContactPatch(name="Ada Lovelace", email="ada@example.com", phone="+49 40 123456"),
        bank_account=BankAccountPatch(iban="DE89370400440532013000"),
    )
    settings = OrganizationPatch(settings=OrganizationSettingsPatch(seller=seller))
    plinth.send(organization.update_organization(settings, if_match="*"))
    address = Address(postal_code="20457", city="Hamburg", country="DE")
    party = plinth.send(
        parties.create_party(NewParty("Port Authority", role="customer", address=address))
    )
    line = NewLine(
        text="Concrete C25/30",
        quantity="12.5",
        unit="MTQ",
        unit_price="98.40",
        vat=Vat(category="S", rate_basis_points=1900),
    )
    draft = plinth.send(
        invoices.create_invoice(
            NewInvoice(
                currency="EUR",
                party_id=party.id,
                project_id=project.id,
                service_from=date(2026, 11, 2),
                lines=[line],
            )
        )
    )
    invoice = plinth.send(invoices.issue_invoice(draft.id))
    assert invoice.status == "issued" and invoice.number is not None
    say("issued", invoice.number)
    return invoice


def pay_it(plinth: Plinth, invoice: Invoice) -> None:
    amount = Money(amount_minor=146370, currency="EUR")
    payment = plinth.send(
        payments.create_payment(
            NewPayment(
                party_id=invoice.party_id,
                direction="received",
                method="bank_transfer",
                received_on=date(2026, 11, 20),
                amount=amount,
                allocations=[NewAllocation(amount=amount, invoice_id=invoice.id)],
            )
        )
    )
    assert payment.unallocated.amount_minor == 0
    assert plinth.send(invoices.get_invoice(invoice.id)).status == "paid"

    def pdf() -> bytes | None:
        copy = BytesIO()
        try:
            plinth.download(invoices.get_invoice_pdf(invoice.id), copy)
        except PlinthProblem as problem:
            assert problem.status in (404, 409), problem
            return None
        return copy.getvalue()

    content = eventually(pdf, "PDF")
    assert content.startswith(b"%PDF-")
    say("paid, its PDF", f"{len(content)} bytes")


def read_the_job(plinth: Plinth, document: Document) -> None:
    id = document.current.job_id
    assert id is not None
    found = plinth.items(jobs.list_jobs(kind=["document.process"]))
    states = {job.id: job.state for job in found}
    assert states[id] == "succeeded"
    verification = plinth.send(audit_logs.verify_audit_log())
    assert verification.complete and verification.fault is None
    say("verified", f"entries {verification.verified_from} to {verification.verified_to}")


def see_who_did_what(plinth: Plinth, project: Project) -> None:
    entries = list(plinth.items(audit_logs.list_audit_logs(subject_id=project.id, limit=1)))
    actions = [entry.action for entry in entries]
    assert actions[-1] == "project.created" and actions[0] == "project.updated"
    say("audit log", ", ".join(actions))


main()
