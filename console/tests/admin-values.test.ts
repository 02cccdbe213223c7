import { describe, expect, it } from "vitest";
import { mergePatch } from "@/forms/merge-patch";
import { byKind, toggled } from "@/records/permissions";
import { bodyOf } from "@/screens/api-keys/new-key";
import { dunningFields, dunningForm } from "@/screens/organization/dunning-values";
import { WHOLES } from "@/screens/organization/settings";
import { connectionIn, valuesOf } from "@/screens/organization/sso-values";

describe("permissions", () => {
  it("are grouped by the kind of record, and keep their order", () => {
    expect(byKind(["job:read", "role:read", "job:retry"])).toEqual([["job", ["job:read", "job:retry"]], ["role", ["role:read"]]]);
    expect(toggled(["job:read", "job:retry", "role:read"], ["role:read"], ["job:retry"], true)).toEqual(["job:retry", "role:read"]);
  });
});

describe("the body of an API key", () => {
  const values = {
    name: "Import",
    expires_on: "",
    service_account_id: "",
    allowed: "permissions",
    role: "member",
    permissions: ["job:read"],
    prompt_ids: [],
    budget_period: "month",
  } as const;

  it("has either a role or permissions, and nothing that was left empty", () => {
    const given = { ...values, permissions: [...values.permissions], prompt_ids: [] };
    expect(bodyOf(given)).toEqual({ name: "Import", permissions: ["job:read"] });
    expect(bodyOf({ ...given, allowed: "role" })).toEqual({ name: "Import", role: "member" });
  });

  it("counts a budget in billionths of a US dollar", () => {
    const given = { ...values, permissions: [], prompt_ids: [], budget_usd: 12.5 };
    expect(bodyOf(given).budget).toEqual({ hard_limit_nano_usd: 12_500_000_000, period: "month" });
  });
});

describe("the settings of dunning", () => {
  const level = { after_days: 7, pay_within_days: 7, interest: false, lump_sum: true, text_de: null, text_en: null };
  const dunning = {
    minimum: null,
    business_rate_basis_points: 900,
    consumer_rate_basis_points: null,
    base_rates: [],
    levels: [{ ...level, fee: { amount_minor: 250, currency: "CHF" } }],
  };

  it("do not change by being shown in a form", () => {
    expect(mergePatch({ dunning }, { dunning: dunningFields(dunningForm(dunning), dunning, "EUR") }, WHOLES)).toEqual({});
  });

  it("keep the currency of an amount, and give a new one that of the organization", () => {
    const form = { ...dunningForm(dunning), minimum: "10" };
    const fields = dunningFields({ ...form, levels: [{ ...form.levels[0]!, fee: "3" }] }, dunning, "EUR");
    expect(mergePatch({ dunning }, { dunning: fields }, WHOLES)).toEqual({
      dunning: {
        minimum: { amount_minor: 1000, currency: "EUR" },
        levels: [{ after_days: 7, pay_within_days: 7, interest: false, lump_sum: true, fee: { amount_minor: 300, currency: "CHF" } }],
      },
    });
  });
});

describe("the connection to a provider", () => {
  const id = "0192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f5a6";
  const values = { ...valuesOf(undefined), issuer: "https://id.example.com", client_id: "plinth" };

  it("is sent without a secret that stays, and with null for a public client", () => {
    expect(connectionIn(values)).not.toHaveProperty("client_secret");
    expect(connectionIn({ ...values, is_public: true })).toMatchObject({ client_secret: null });
  });

  it("names built-in roles by name, and custom ones by identity", () => {
    const mapping = { claim: "groups", rules: [{ value: "site", role: id }] };
    expect(connectionIn({ ...values, role: "viewer", mapping })).toMatchObject({
      role: "viewer",
      mapping: { claim: "groups", rules: [{ value: "site", role_id: id }] },
    });
  });
});
