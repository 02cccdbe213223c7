import { describe, expect, it } from "vitest";
import { complete, mentionAt, mentionsIn, parts } from "@/records/comments/mentions";

describe("a mention", () => {
  it("begins with an @ at the start of a word", () => {
    expect(mentionAt("Ask @Ad", 7)).toBe("Ad");
    expect(mentionAt("Ask @", 5)).toBe("");
    expect(mentionAt("@Ada Lov", 8)).toBe("Ada Lov");
    expect(mentionAt("ada@example.com", 8)).toBeUndefined();
    expect(mentionAt("Ask @Ada", 3)).toBeUndefined();
  });

  it("is completed at the caret", () => {
    expect(complete("Ask @Ad about it", 7, "Ada Lovelace")).toEqual({ text: "Ask @Ada Lovelace about it", caret: 18 });
  });

  it("names the members in the text", () => {
    const members = [{ user_id: "1", name: "Ada" }, { user_id: "2", name: "Bo" }];
    expect(mentionsIn("Ask @Ada", members)).toEqual(["1"]);
    expect(mentionsIn("Ask @Ada Lovelace", [...members, { user_id: "3", name: "Ada Lovelace" }])).toEqual(["3"]);
  });

  it("is marked, and the longest name first", () => {
    expect(parts("@Ada Lovelace and @Ada", ["Ada", "Ada Lovelace"])).toEqual([
      { text: "@Ada Lovelace", isMention: true },
      { text: " and ", isMention: false },
      { text: "@Ada", isMention: true },
    ]);
  });
});
