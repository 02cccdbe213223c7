import { describe, expect, it } from "vitest";
import { headersIn } from "@/screens/webhooks/headers";
import { catalogueOf, chooses, withEvent, withKind } from "@/screens/webhooks/patterns";

const catalogue = catalogueOf(["project.created", "project.updated", "invoice.issued"]);

describe("patterns of events", () => {
  it("choose all events, those of a kind, and single ones", () => {
    expect(chooses(["*"], "project.created")).toBe(true);
    expect(chooses(["project.*"], "project.created")).toBe(true);
    expect(chooses(["project.*"], "project_access.given")).toBe(false);
    expect(chooses(["invoice.issued"], "invoice.voided")).toBe(false);
  });

  it("name a kind instead of its events", () => {
    expect(withKind(["project.created", "invoice.issued"], "project", true)).toEqual(["invoice.issued", "project.*"]);
    expect(withKind(["project.*", "invoice.issued"], "project", false)).toEqual(["invoice.issued"]);
  });

  it("name the other events of a kind when one is left out", () => {
    expect(withEvent(catalogue, ["project.*"], "project.created", false)).toEqual(["project.updated"]);
  });

  it("become those of the kind when its last event is chosen", () => {
    expect(withEvent(catalogue, ["project.created"], "project.updated", true)).toEqual(["project.*"]);
  });
});

it("headers are lines of a name and a value, which may have a colon", () => {
  expect(headersIn("Authorization: Bearer a:b\n\n X-Site :7 ")).toEqual({ Authorization: "Bearer a:b", "X-Site": "7" });
});
