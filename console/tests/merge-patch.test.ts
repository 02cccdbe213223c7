import { expect, it } from "vitest";
import { mergePatch } from "@/forms/merge-patch";

const record = { name: "Hafenbau", address: { city: "Kiel", street: null }, levels: [{ days: 7, fee: null }], footer: null };

it("a patch names only what differs, also within objects", () => {
  const values = { name: "Hafenbau", address: { city: "Kiel", street: "Kai 1" }, levels: [{ days: 7, fee: "" }], footer: "" };
  expect(mergePatch(record, values)).toEqual({ address: { street: "Kai 1" } });
});

it("a field of an object that was emptied is cleared, and the others stay", () => {
  expect(mergePatch(record, { address: { city: "", street: "" } })).toEqual({ address: { city: null } });
});

it("a list is replaced as a whole, without the empty fields of its items", () => {
  expect(mergePatch(record, { levels: [{ days: 7, fee: "" }, { days: 21, fee: "5" }] })).toEqual({
    levels: [{ days: 7 }, { days: 21, fee: "5" }],
  });
});

it("an object that was not there begins with what is filled in", () => {
  expect(mergePatch({ contact: null }, { contact: { name: "Ada", phone: "" } })).toEqual({ contact: { name: "Ada" } });
});

it("what the API replaces as a whole is sent as a whole, and is null when it was emptied", () => {
  const seller = { address: { scheme: "0204", id: "1" }, fee: { amount_minor: 500, currency: "EUR" } };
  expect(mergePatch(seller, { address: { scheme: "0204", id: "2" } }, ["address"])).toEqual({ address: { scheme: "0204", id: "2" } });
  expect(mergePatch(seller, { address: { scheme: "", id: "" } }, ["address"])).toEqual({ address: null });
  expect(mergePatch(seller, { fee: { currency: "EUR", amount_minor: 500 } }, ["fee"])).toEqual({});
});
