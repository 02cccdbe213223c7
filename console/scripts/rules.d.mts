/** The rules of the body's fields; none for an operation without a JSON body. */
export function rulesOf(document: object, operation: object): Record<string, object> | undefined;
