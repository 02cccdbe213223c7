/** Saves bytes as a file of the user. */
export function save(bytes: Blob, name: string): void {
  const url = URL.createObjectURL(bytes);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads the address after the press.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
