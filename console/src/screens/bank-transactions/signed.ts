import type { components } from "@/generated/api";

type Transaction = components["schemas"]["BankTransaction"];

/** The amount as it changes the account: money that was sent is below 0. */
export const signed = ({ amount, direction }: Pick<Transaction, "amount" | "direction">): Transaction["amount"] =>
  direction === "sent" ? { ...amount, amount_minor: -amount.amount_minor } : amount;
