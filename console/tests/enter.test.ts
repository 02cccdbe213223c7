import { expect, it } from "vitest";
import { targetOf } from "@/screens/session/target";

it("a sign-in goes on within the application, also when its address names another target", () => {
  expect(targetOf("/projects?status=active", "/console/")).toBe("/console/projects?status=active");
  expect(targetOf(undefined, "/console/")).toBe("/console/");
  for (const forged of ["https://evil.example", "//evil.example", "/../api/v1/me", "javascript:alert(1)"]) {
    expect(targetOf(forged, "/console/")).toMatch(/^\/console\//);
  }
});
