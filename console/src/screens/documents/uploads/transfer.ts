import { defaultOptions, type DetailedError, type HttpRequest, Upload } from "tus-js-client";
import { csrfToken } from "@/api/csrf";
import { ApiError, asApiError, errorOf } from "@/api/problem";
import { queries } from "@/api/queries";
import { meQuery } from "@/api/session";
import type { Begin, Target } from "./queue";

const ENDPOINT = "/api/v1/uploads";

/** The beginning of the names under which this browser keeps unfinished uploads to an organization. */
export const nameBegin = (organization: string): string => `plinth:${organization}:`;

/** The unfinished uploads that this browser knows. */
export const uploadStorage = defaultOptions.urlStorage;

/** Finds the upload of the same file again, also after the page was closed. */
const nameOf = (file: File, { documentId }: Target): string => {
  const organization = queries.getQueryData(meQuery.queryKey)?.organization_id ?? "";
  return nameBegin(organization) + [documentId ?? "", file.size, file.lastModified, file.name].join(":");
};

/** Reads the user again where the session has no valid token: that refreshes it. */
const refreshed = () => queries.fetchQuery({ ...meQuery, staleTime: 0 });

async function authorize(request: HttpRequest): Promise<void> {
  if (!csrfToken(document.cookie)) await refreshed();
  request.setHeader("X-CSRF-Token", csrfToken(document.cookie) ?? "");
}

const TEMPORARY = new Set(["network", "upload.offset", "upload.in_use", "body.timeout", "auth.csrf"]);

export const isTemporary = ({ code, status }: ApiError): boolean =>
  TEMPORARY.has(code) || status === 429 || status >= 500;

function errorIn(thrown: Error | DetailedError): ApiError {
  if (!("originalRequest" in thrown)) return asApiError(thrown);
  const response = thrown.originalResponse;
  const status = response?.getStatus() ?? 0;
  if (!response || status === 0) return new ApiError(0, "network", thrown.message);
  let body: unknown;
  try {
    body = JSON.parse(response.getBody());
  } catch {
    // The answer to HEAD has no body, that of a proxy no problem.
  }
  const id = response.getHeader("X-Request-Id");
  return errorOf(new Response(null, { status, headers: id ? { "X-Request-Id": id } : {} }), body);
}

/** Sends a file by tus, and keeps its address in this browser until it is done. */
export const begin: Begin = (file, target, events) => {
  let isStopped = false;
  const failed = async (thrown: Error | DetailedError) => {
    if (isStopped) return;
    const error = errorIn(thrown);
    if (error.status !== 401) return events.failed(error, isTemporary(error));
    const me = await refreshed().catch(() => null);
    return events.failed(error, me !== null);
  };
  const upload = new Upload(file, {
    endpoint: ENDPOINT,
    retryDelays: null,
    removeFingerprintOnSuccess: true,
    fingerprint: () => Promise.resolve(nameOf(file, target)),
    metadata: {
      filename: file.name,
      ...(target.projectId ? { project_id: target.projectId } : {}),
      ...(target.documentId ? { document_id: target.documentId } : {}),
    },
    onBeforeRequest: async (request) => {
      await authorize(request);
      if (isStopped) throw new Error("the upload is stopped");
    },
    onAfterResponse: (request, response) => {
      // The library would begin anew for each refusal of the question where to go on.
      const status = response.getStatus();
      if (request.getMethod() === "HEAD" && status >= 400 && status !== 404) throw new Error("the server does not tell where to go on");
    },
    onProgress: events.progress,
    onSuccess: ({ lastResponse }) => events.done(lastResponse.getHeader("Plinth-Document")?.split("/").pop() ?? ""),
    onError: (thrown) => void failed(thrown),
  });
  void upload.findPreviousUploads().then(([before]) => {
    if (isStopped) return;
    if (before) upload.resumeFromPreviousUpload(before);
    upload.start();
  });
  return {
    stop: () => {
      isStopped = true;
      void upload.abort();
    },
    remove: async () => {
      const [before] = await upload.findPreviousUploads();
      if (before) await discard(before.urlStorageKey, upload.url ?? before.uploadUrl);
    },
  };
};

/** Ends an upload on the server, and forgets it here. */
export async function discard(key: string, url: string | null): Promise<void> {
  if (url) await Upload.terminate(url, { onBeforeRequest: authorize, retryDelays: null }).catch(ignoreGone);
  await uploadStorage?.removeUpload(key);
}

function ignoreGone(thrown: Error | DetailedError): void {
  const error = errorIn(thrown);
  if (error.status !== 404) throw error;
}
