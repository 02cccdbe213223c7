import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { queries } from "@/api/queries";
import { pages } from "@/api/read";
import { useMay } from "@/api/session";
import { useLive } from "@/api/use-live";
import type { components } from "@/generated/api";
import { Button } from "@/ui/button";
import { ProblemAlert } from "@/ui/problem-alert";
import { SkeletonBlock } from "@/ui/skeleton";
import { Comment } from "./comment";
import { CommentEditor } from "./comment-editor";

interface Props {
  subject: components["schemas"]["CommentSubjectType"];
  id: string;
}

export const rereadComments = () => queries.invalidateQueries({ queryKey: ["/api/v1/comments"] });

/** What members say about a record, the newest first. Its texts are those of lists (`records`). */
export function Comments({ subject, id }: Props) {
  const { t } = useTranslation("records");
  const may = useMay();
  useLive(["comments"]);
  const list = useInfiniteQuery(pages("/api/v1/comments", { query: { subject_type: [subject], subject_id: id } }));
  const comments = list.data?.pages.flatMap((page) => page.data) ?? [];

  async function create(body: string, mentions: string[]) {
    await answer(api.POST("/api/v1/comments", { body: { subject_type: subject, subject_id: id, body, mentions } }));
    await rereadComments();
  }
  return (
    <section aria-label={t("comments.title")} className="max-w-3xl space-y-4">
      {may("comment:create") && <CommentEditor label={t("comments.new")} action={t("comments.create")} submit={create} />}
      <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />
      {list.isPending && <SkeletonBlock lines={4} />}
      {list.data && comments.length === 0 && <p className="text-muted">{t("comments.none")}</p>}
      <ol className="space-y-3">
        {comments.map((comment) => <Comment key={comment.id} comment={comment} />)}
      </ol>
      {list.hasNextPage && (
        <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t("common:list.more")}</Button>
      )}
    </section>
  );
}
