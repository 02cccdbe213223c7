/** Devices show six digits, maybe with a blank; anything else is a recovery code. */
export const proofOf = (code: string): { code: string } | { recovery_code: string } =>
  /^\d{3} ?\d{3}$/.test(code.trim()) ? { code: code.replaceAll(" ", "") } : { recovery_code: code.trim() };
