"""A tour of the API with the client that openapi-python-client generates:

    PLINTH_URL=http://127.0.0.1:8080 PLINTH_EMAIL=… PLINTH_PASSWORD=… python tour.py
"""

import io
import os
import time

from plinth_client import AuthenticatedClient, Client
from plinth_client.api.auth import login
from plinth_client.api.documents import create_document, get_document_content
from plinth_client.api.projects import create_project, list_projects, update_project
from plinth_client.models import (
    LoginForm,
    NewDocument,
    NewProject,
    NewProjectMetadataType0,
    Problem,
    ProblemCode,
    ProjectPatch,
    ProjectSort,
    ProjectStatus,
)
from plinth_client.types import File


def main() -> None:
    url = os.environ["PLINTH_URL"]
    credentials = LoginForm(os.environ["PLINTH_EMAIL"], os.environ["PLINTH_PASSWORD"])
    session = login.sync(client=Client(url), body=credentials)
    assert session and not isinstance(session, Problem), session
    client = AuthenticatedClient(url, session.access_token)

    code = f"PY-{time.time_ns()}"
    metadata = NewProjectMetadataType0.from_dict({"berth": 7})
    body = NewProject(code, "Harbour, quay 7", status=ProjectStatus.PLANNED, metadata=metadata)
    created = create_project.sync_detailed(client=client, body=body, idempotency_key=code)
    project = created.parsed
    assert project and not isinstance(project, Problem), project
    assert project.metadata.to_dict() == {"berth": 7}, project
    assert created.headers["Location"] == f"/api/v1/projects/{project.id}"

    page = list_projects.sync(
        client=client,
        status=ProjectStatus.PLANNED,
        code=code,
        sort=ProjectSort.CREATED_AT_DESCENDING,
        limit=10,
    )
    assert page and not isinstance(page, Problem), page
    assert [item.id for item in page.data] == [project.id], page

    def change(patch: ProjectPatch) -> object:
        tag = created.headers["ETag"]
        return update_project.sync(project.id, client=client, body=patch, if_match=tag)

    changed = change(ProjectPatch(status=ProjectStatus.ACTIVE, description=None))
    assert not isinstance(changed, Problem) and changed.status is ProjectStatus.ACTIVE, changed
    stale = change(ProjectPatch(name="Too late"))
    assert isinstance(stale, Problem) and stale.code is ProblemCode.IF_MATCH_STALE, stale

    text = b"The quay has seven berths.\n"
    file = File(io.BytesIO(text), "quay.txt", "text/plain")
    body = NewDocument(file, name="quay 7/2026.txt", project_id=project.id)
    document = create_document.sync(client=client, body=body)
    assert document and not isinstance(document, Problem), document
    content = get_document_content.sync(document.id, client=client)
    assert isinstance(content, File), content
    assert content.payload.read() == text
    print(f"Python: project {project.code} and document {document.name} are as sent")


main()
