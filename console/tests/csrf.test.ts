import { expect, it } from "vitest";
import { csrfToken } from "@/api/csrf";

it("the CSRF token is that of the cookie with or without __Host-, and of no other one", () => {
  expect(csrfToken("a=1; plinth_csrf=t-_1; b=2")).toBe("t-_1");
  expect(csrfToken("__Host-plinth_csrf=h")).toBe("h");
  expect(csrfToken("xplinth_csrf=x")).toBeUndefined();
  expect(csrfToken("plinth_csrf=")).toBeUndefined();
  expect(csrfToken("")).toBeUndefined();
});
