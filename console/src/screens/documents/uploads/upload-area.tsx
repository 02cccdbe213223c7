import { useState } from "react";
import { useTranslation } from "react-i18next";
import { RecordPicker } from "@/records/record-picker";
import { DropZone } from "@/ui/drop-zone";
import { Field } from "@/ui/field";
import { UnfinishedUploads } from "./unfinished";
import { UploadList } from "./upload-list";
import { uploads } from "./use-uploads";

/** Takes files for new documents, and shows them on their way. The list's project is proposed. */
export function UploadArea({ projectId }: { projectId: string | undefined }) {
  const { t } = useTranslation("documents");
  const [chosen, setChosen] = useState<{ id: string | undefined }>();
  const project = chosen ? chosen.id : projectId;
  return (
    <div className="space-y-3">
      <div className="grid items-end gap-3 sm:grid-cols-[1fr_16rem]">
        <DropZone
          label={t("upload.label")}
          hint={t("upload.hint")}
          isMultiple
          isShortcut
          onFiles={(files) => uploads.add(files, { projectId: project })}
        />
        <Field label={t("upload.project")} hint={t("upload.project_hint")} className="self-start">
          {(control) => <RecordPicker control={control} kind="project" value={project} onChange={(id) => setChosen({ id })} />}
        </Field>
      </div>
      <UnfinishedUploads />
      <UploadList />
    </div>
  );
}
